import type { Database } from "../../06-accounts/database/open-database.ts"
import { BatchedMessages } from "../../10-batching/commits/batched-messages.ts"

/** Messages with the names of their authors. Those who log in elsewhere have a
 * mark: an account here and a user of Django may have the same name. */
export class NamedMessages extends BatchedMessages {
  protected override readonly author: string
  protected override readonly authors = `users ON users.id = author_id
    LEFT JOIN django_users ON django_users.user_id = author_id`

  /** @param areFromDjango whether people log in at Django now */
  constructor(database: Database, areFromDjango: boolean) {
    super(database)
    // #region names
    this.author = areFromDjango
      ? "coalesce(django_users.username, users.username || ' (here)')"
      : "coalesce(django_users.username || ' (Django)', users.username)"
    // #endregion names
  }
}

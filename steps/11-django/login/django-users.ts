import type { Database } from "../../06-accounts/database/open-database.ts"
import type { User, UserStore } from "../../06-accounts/users.ts"
import type { DjangoUser } from "./django-database.ts"

/** No password has this hash. Finding that out takes as long as for others. */
const noPassword = "scrypt$$"

/** The users of a Django project. Each owns messages through a row here, which is
 * named after Django's id: an account here may have the same username, and belong
 * to another person. */
export class DjangoUsers implements UserStore {
  constructor(private readonly database: Database) {}

  /** @returns our row's id, with the username that Django has now */
  async ours({ djangoId, username }: DjangoUser): Promise<User> {
    const [known] = await this.database.reader.all<User>(
      `SELECT user_id AS id, username FROM django_users WHERE django_id = ?`,
      [djangoId],
    )
    if (known?.username === username) return known
    return { id: await this.store({ djangoId, username }), username }
  }

  /** @returns a user of Django; undefined for an account of this chat */
  async find(id: number): Promise<User | undefined> {
    const [user] = await this.database.reader.all<User>(
      "SELECT user_id AS id, username FROM django_users WHERE user_id = ?",
      [id],
    )
    return user
  }

  /** Never called: people sign up at Django. */
  create(): Promise<User> {
    return Promise.reject(new Error("Django makes the users"))
  }

  /** Never called: people log in at Django. */
  async authenticate(): Promise<undefined> {}

  /** @returns our row's id, of a new row if there is none */
  private store({ djangoId, username }: DjangoUser): Promise<number> {
    // An account has no colon in its name, so this can be no account's.
    const name = `django:${djangoId}`
    return this.database.writer.transaction(async (run): Promise<number> => {
      // #region our-row
      await run(
        `INSERT INTO users (username, username_key, password_hash)
         VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        [name, name, noPassword],
      )
      const rows = await run<{ id: number }>(
        `INSERT INTO django_users (user_id, django_id, username)
         SELECT id, ?2, ?3 FROM users WHERE username = ?1
         ON CONFLICT (django_id) DO UPDATE SET username = ?3
         RETURNING user_id AS id`,
        [name, djangoId, username],
      )
      return idOf(rows)
      // #endregion our-row
    })
  }
}

function idOf([row]: readonly { id: number }[]): number {
  if (row) return row.id
  throw new Error("A user of Django has no row here")
}

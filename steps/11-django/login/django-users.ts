import type { Database } from "../../06-accounts/database/open-database.ts"
import type { User, UserStore } from "../../06-accounts/users.ts"
import type { DjangoUser } from "./django-database.ts"

/** No one can log in with it, or choose it: a name here has no colon, and this is
 * no hash of a password. */
const nameOf = ({ djangoId }: DjangoUser) => `django:${djangoId}`
const noPassword = "!"

/** The users of a Django project. Each owns messages through a row here, which is
 * named after Django's id: an account here may have the same name, and is not the
 * same person. */
export class DjangoUsers implements UserStore {
  /** What was stored last, by Django's id: most requests change nothing. */
  private readonly known = new Map<string, User>()

  constructor(private readonly database: Database) {}

  /** @returns our row's id, with Django's name of now */
  async ours(user: DjangoUser): Promise<User> {
    const known = this.known.get(user.djangoId)
    if (known?.username === user.username) {
      if (await this.find(known.id)) return known
    }
    const name = nameOf(user)
    // #region our-row
    const [row] = await this.database.writer.transaction(async (run) => {
      await run(
        `INSERT INTO users (username, username_key, password_hash)
         VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        [name, name, noPassword],
      )
      return run<{ id: number }>(
        `INSERT INTO django_users (user_id, django_id, username)
         SELECT id, ?2, ?3 FROM users WHERE username = ?1
         ON CONFLICT (django_id) DO UPDATE SET username = ?3
         RETURNING user_id AS id`,
        [name, user.djangoId, user.username],
      )
    })
    // #endregion our-row
    if (!row) throw new Error(`${name} has no row`)
    const ours = { id: row.id, username: user.username }
    this.known.set(user.djangoId, ours)
    return ours
  }

  /** @returns a user of Django; undefined for an account of this chat */
  async find(id: number): Promise<User | undefined> {
    const [user] = await this.database.reader.all<User>(
      "SELECT user_id AS id, username FROM django_users WHERE user_id = ?",
      [id],
    )
    return user
  }

  /** Never called: people sign up at Django's pages. */
  create(): Promise<User> {
    return Promise.reject(new Error("Users are created by Django"))
  }

  /** Never called: people log in at Django's pages. */
  async authenticate(): Promise<undefined> {}
}

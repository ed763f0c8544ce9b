import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Database, open } from "sqlite"
import { onTestFinished } from "vitest"
import { root } from "../../workbook/folders.ts"

/** A signed string, and what it contains besides its time. */
interface Signed {
  readonly signed: string
  readonly value: string
}

interface Vectors {
  readonly secretKey: string
  readonly olderKey: string
  readonly salt: string
  readonly tables: readonly string[]
  readonly users: readonly [
    id: number,
    name: string,
    hash: string,
    on: number,
  ][]
  readonly sessions: Readonly<Record<string, Signed>>
}

/** What a real Django 3.2 has made. */
export const vectors: Vectors = JSON.parse(
  readFileSync(join(root, "tests/fixtures/django-login/vectors.json"), "utf8"),
)

/** @param what like "a login" */
export function signedBy(what: string): Signed {
  const found = vectors.sessions[what]
  if (found) return found
  throw new Error(`There is no vector "${what}"`)
}

/** Both keys of the project. */
export const bothKeys = [vectors.secretKey, vectors.olderKey]

export interface DjangoFile {
  readonly path: string
  readonly database: Database
}

/** A SQLite file with Django's tables, its users, and all of these sessions: each
 * key is what the session is. */
export async function djangoFile(): Promise<DjangoFile> {
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  const path = join(folder, "db.sqlite3")
  const database = await fillFile(path)
  onTestFinished(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { path, database }
}

/** Makes such a file at that path. */
export async function fillFile(path: string): Promise<Database> {
  const { default: sqlite3 } = await import("sqlite3")
  const database = await open({ filename: path, driver: sqlite3.Database })
  for (const table of vectors.tables) await database.exec(table)
  for (const user of vectors.users) {
    await database.run(
      `INSERT INTO auth_user (id, username, password, is_active, is_superuser,
         last_name, email, is_staff, date_joined, first_name)
       VALUES (?, ?, ?, ?, 0, '', '', 0, '2026-01-01 00:00:00', '')`,
      user,
    )
  }
  for (const [what, { signed }] of Object.entries(vectors.sessions)) {
    await addSession(database, what, signed)
  }
  return database
}

/** @param expires as Django writes it */
export async function addSession(
  database: Database,
  key: string,
  data: string,
  expires = "2999-01-01 00:00:00.000000",
): Promise<void> {
  await database.run(
    "INSERT INTO django_session VALUES (?, ?, ?)",
    key,
    data,
    expires,
  )
}

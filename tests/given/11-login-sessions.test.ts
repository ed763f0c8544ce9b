import { copyFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import {
  addSession,
  bothKeys,
  type DjangoFile,
  djangoFile,
  fillFile,
  signedBy,
  vectors,
} from "../support/django-vectors.ts"
import { load } from "../support/load.ts"
import { openOwnDatabase } from "../support/own-database.ts"

const { verifyPassword } = await load<
  typeof import("../../steps/06-accounts/passwords.ts")
>("06-accounts/passwords.ts")
const { deliveryMigrations } = await load<
  typeof import("../../steps/09-delivery/migrations.ts")
>("09-delivery/migrations.ts")
const { openDatabase } = await load<
  typeof import("../../steps/06-accounts/database/open-database.ts")
>("06-accounts/database/open-database.ts")
const { DjangoDatabase } = await load<
  typeof import("../../steps/11-django/login/django-database.ts")
>("11-django/login/django-database.ts")
const { DjangoUsers } = await load<
  typeof import("../../steps/11-django/login/django-users.ts")
>("11-django/login/django-users.ts")
const { ForeignFile } = await load<
  typeof import("../../steps/11-django/login/foreign-file.ts")
>("11-django/login/foreign-file.ts")
const { remembered } = await load<
  typeof import("../../steps/11-django/login/remembered.ts")
>("11-django/login/remembered.ts")
const { djangoMigrations } = await load<
  typeof import("../../steps/11-django/migrations.ts")
>("11-django/migrations.ts")

const ann = { djangoId: "1", username: "ann" }

/** What our server reads in a file of Django. */
async function reading({ path }: DjangoFile, secretKeys = bothKeys) {
  const django = await DjangoDatabase.open({
    databasePath: path,
    secretKeys,
    url: "http://localhost:9",
    cookieName: "sessionid",
    loginPath: "/accounts/login/",
    logoutPath: "/accounts/logout/",
  })
  onTestFinished(() => django.close())
  return {
    async who(key: string) {
      return (await django.usersOf([key])).get(key)
    },
    usersOf: (keys: readonly string[]) => django.usersOf(keys),
  }
}

test.each([
  "a login",
  "a login, signed with the older key",
  "a login with other data",
  "a login that is not compressed",
])("%s of Django is ann's", async (what) => {
  const { who } = await reading(await djangoFile())
  expect(await who(what)).toEqual(ann)
})

test.each([
  "a login that was signed by another site",
  "a login that was signed for another purpose",
  "a login of an inactive user",
  "a login without a hash",
  "a visitor",
  "a user's id that is no number",
  "a user's id like 0x1",
  "a user that does not exist",
  "a value that has colons",
  "a list instead of an object",
  "null instead of an object",
  "another serializer",
  "2 MB that are compressed",
  "",
  "no such key",
  "é😀",
  "x".repeat(10_000),
])("%j is a visitor", async (what) => {
  const { who } = await reading(await djangoFile())
  expect(await who(what)).toBe(undefined)
  expect(await who("a login"), "afterwards").toEqual(ann)
})

test("a session signed with the older key is a visitor's once the key is removed", async () => {
  const { who } = await reading(await djangoFile(), [vectors.secretKey])
  expect(await who("a login, signed with the older key")).toBe(undefined)
  expect(await who("a login")).toEqual(ann)
})

test("a session whose value or signature was changed is a visitor's", async () => {
  const file = await djangoFile()
  const { signed } = signedBy("a login")
  const keys: string[] = []
  for (let index = 0; index < signed.length; index += 7) {
    const letter = signed[index] === "x" ? "y" : "x"
    const changed = signed.slice(0, index) + letter + signed.slice(index + 1)
    keys.push(`changed at ${index}`)
    await addSession(file.database, `changed at ${index}`, changed)
  }
  const { usersOf } = await reading(file)
  expect(keys.length).toBeGreaterThan(20)
  expect(await usersOf(keys)).toEqual(new Map())
})

test.each([
  ["a second ago", -1, false],
  ["in a minute", 60, true],
  ["yesterday", -86_400, false],
])("a session that ends %s", async (_when, seconds, isOpen) => {
  const file = await djangoFile()
  const at = new Date(Date.now() + seconds * 1_000).toISOString()
  const { signed } = signedBy("a login")
  // With and without microseconds, as Django writes them.
  const whole = at.slice(0, 19).replace("T", " ")
  const exact = `${at.slice(0, 23).replace("T", " ")}000`
  await addSession(file.database, "exact", signed, exact)
  const { usersOf } = await reading(file)
  expect((await usersOf(["exact"])).size).toBe(isOpen ? 1 : 0)
  const later = seconds > 0 ? whole.replace(/^\d+/, "2999") : whole
  await addSession(file.database, "whole", signed, later)
  expect((await usersOf(["whole"])).size).toBe(isOpen ? 1 : 0)
})

test.each([
  ["another password", "UPDATE auth_user SET password = 'other' WHERE id = 1"],
  ["an inactive user", "UPDATE auth_user SET is_active = 0 WHERE id = 1"],
  ["a deleted user", "DELETE FROM auth_user WHERE id = 1"],
  ["a deleted session", "DELETE FROM django_session"],
  [
    "an expired session",
    "UPDATE django_session SET expire_date = '2020-01-01'",
  ],
])("%s ends a session at once", async (_what, sql) => {
  const file = await djangoFile()
  const { who } = await reading(file)
  expect(await who("a login")).toEqual(ann)
  await file.database.exec(sql)
  expect(await who("a login")).toBe(undefined)
})

test("a user who is renamed at Django has the new name at once", async () => {
  const file = await djangoFile()
  const { who } = await reading(file)
  await file.database.exec(
    "UPDATE auth_user SET username = 'anna' WHERE id = 1",
  )
  expect(await who("a login")).toEqual({ ...ann, username: "anna" })
})

test.each(["wal", "delete"])(
  "in the mode %s, our server writes nothing into Django's file",
  async (mode) => {
    const file = await djangoFile()
    await file.database.exec(`PRAGMA journal_mode = ${mode}`)
    const { who } = await reading(file)
    expect(await who("a login")).toEqual(ann)
    await file.database.exec(
      "UPDATE auth_user SET username = 'anna' WHERE id = 1",
    )
    expect(await who("a login")).toEqual({ ...ann, username: "anna" })
    const ours = new ForeignFile(file.path)
    onTestFinished(() => ours.close())
    const writing = ours.all("DELETE FROM django_session")
    await expect(writing).rejects.toThrow("readonly")
  },
)

test("a file that replaces Django's is read from then on", async () => {
  const file = await djangoFile()
  const { who } = await reading(file)
  expect(await who("a login")).toEqual(ann)
  const other = join(dirname(file.path), "other.sqlite3")
  const database = await fillFile(other)
  await database.exec("UPDATE auth_user SET username = 'anna' WHERE id = 1")
  await database.exec(
    "DELETE FROM django_session WHERE session_key LIKE '%key'",
  )
  await database.close()
  await rename(other, file.path)
  expect(await who("a login")).toEqual({ ...ann, username: "anna" })
  expect(await who("a login, signed with the older key")).toBe(undefined)
})

test("while Django's file is away or broken, each look-up fails, and no file is made", async () => {
  const file = await djangoFile()
  const { who } = await reading(file)
  const copy = join(dirname(file.path), "copy.sqlite3")
  await copyFile(file.path, copy)
  await rm(file.path)
  await expect(who("a login")).rejects.toThrow("no such file")
  await expect(who("a login")).rejects.toThrow("no such file")
  await writeFile(`${file.path}.new`, "This is no database. ".repeat(100))
  await rename(`${file.path}.new`, file.path)
  await expect(who("a login")).rejects.toThrow("not a database")
  await expect(who("a login")).rejects.toThrow("not a database")
  await rename(copy, file.path)
  expect(await who("a login")).toEqual(ann)
})

test("while a table of Django is away, each look-up fails", async () => {
  const file = await djangoFile()
  const { who } = await reading(file)
  await file.database.exec("ALTER TABLE auth_user RENAME TO away")
  await expect(who("a login")).rejects.toThrow("no such table")
  await file.database.exec("ALTER TABLE away RENAME TO auth_user")
  expect(await who("a login")).toEqual(ann)
})

test("while Django writes, a reader waits; if that takes long, it gets an error", async () => {
  const file = await djangoFile()
  const { who } = await reading(file)
  await file.database.exec("BEGIN EXCLUSIVE")
  const waiting = who("a login")
  await file.database.exec("COMMIT")
  expect(await waiting).toEqual(ann)
  await file.database.exec("BEGIN EXCLUSIVE")
  await expect(who("a login")).rejects.toThrow("locked")
  await file.database.exec("ROLLBACK")
  expect(await who("a login")).toEqual(ann)
})

test("1,200 sessions are asked about in one call", async () => {
  const file = await djangoFile()
  const { signed } = signedBy("a login")
  await file.database.exec("BEGIN")
  const keys = Array.from({ length: 1_200 }, (_, index) => `session ${index}`)
  for (const key of keys) await addSession(file.database, key, signed)
  await file.database.exec("COMMIT")
  const { usersOf } = await reading(file)
  const users = await usersOf(["none", ...keys, "a visitor", "none"])
  expect([...users.keys()].toSorted()).toEqual(keys.toSorted())
  expect(new Set([...users.values()].map(({ username }) => username))).toEqual(
    new Set(["ann"]),
  )
})

test("two processes that meet a user at the same time make one row", async () => {
  const one = await openOwnDatabase(deliveryMigrations, djangoMigrations)
  const [{ file } = { file: "" }] = await one.reader.all<{ file: string }>(
    "SELECT file FROM pragma_database_list WHERE name = 'main'",
  )
  const other = await openDatabase(file, [])
  onTestFinished(() => other.close())
  for (let id = 1; id <= 20; id++) {
    const user = { djangoId: `${id}`, username: "ann" }
    const [here, there] = await Promise.all(
      [one, other].map((it) => new DjangoUsers(it).ours(user)),
    )
    expect(here).toEqual(there)
  }
  const [count] = await one.reader.all("SELECT count(*) AS n FROM users")
  expect(count).toEqual({ n: 20 })
})

test("no password fits the row of a user of Django", async () => {
  const database = await openOwnDatabase(deliveryMigrations, djangoMigrations)
  await new DjangoUsers(database).ours(ann)
  const [row] = await database.reader.all<{ hash: string }>(
    "SELECT password_hash AS hash FROM users WHERE username = 'django:1'",
  )
  for (const password of ["", "!", row?.hash ?? ""]) {
    expect(await verifyPassword(password, row?.hash ?? "")).toBe(false)
  }
})

test("what was computed is remembered for the last 20,000 strings", () => {
  const computed: string[] = []
  const lengthOf = remembered((text) => {
    computed.push(text)
    return text.length
  })
  for (let index = 0; index < 20_000; index++) lengthOf(`string ${index}`)
  expect(lengthOf("string 0")).toBe(8)
  expect(lengthOf("string 19999")).toBe(12)
  expect(computed.length).toBe(20_000)
  lengthOf("one more")
  expect(lengthOf("string 0")).toBe(8)
  expect(computed.slice(20_000)).toEqual(["one more", "string 0"])
})

test("strings without a result do not displace what is remembered", () => {
  const computed: string[] = []
  const lengthOf = remembered((text) => {
    computed.push(text)
    return text.startsWith("bad") ? undefined : text.length
  })
  lengthOf("good")
  for (let index = 0; index < 20_000; index++) lengthOf(`bad ${index}`)
  expect(lengthOf("good")).toBe(4)
  expect(computed.filter((text) => text === "good").length).toBe(1)
})

import { describe, expect, test } from "vitest"
import { load } from "../support/load.ts"
import { addUser, openOwnDatabase } from "../support/own-database.ts"
import { did } from "../support/story.ts"

const { DjangoUsers } = await load<
  typeof import("../../steps/11-django/login/django-users.ts")
>("11-django/login/django-users.ts")
const { djangoMigrations } = await load<
  typeof import("../../steps/11-django/migrations.ts")
>("11-django/migrations.ts")

describe("a user of Django", () => {
  async function ourUsers() {
    const { deliveryMigrations } = await load<
      typeof import("../../steps/09-delivery/migrations.ts")
    >("09-delivery/migrations.ts")
    const database = await openOwnDatabase(deliveryMigrations, djangoMigrations)
    const users = new DjangoUsers(database)
    return {
      database,
      users,
      async enter(djangoId: string, username: string): Promise<number> {
        did(`${username}, user ${djangoId} of Django, comes`)
        return (await users.ours({ djangoId, username })).id
      },
      /** All rows, as "name of the row: user of Django, with this name". */
      async rows(): Promise<readonly string[]> {
        const rows = await database.reader.all<{ line: string }>(
          `SELECT concat(users.username, ': ', django_id, ', ',
             django_users.username) AS line
           FROM users LEFT JOIN django_users ON user_id = id ORDER BY id`,
        )
        return rows.map(({ line }) => line)
      },
    }
  }

  test("a user of Django gets a row that is named after Django's id", async () => {
    const { users, enter, rows } = await ourUsers()
    const id = await enter("17", "ann")
    expect(await rows()).toEqual(["django:17: 17, ann"])
    expect(await users.find(id)).toEqual({ id, username: "ann" })
  })

  test("the second visit finds the row of the first one", async () => {
    const { enter, rows } = await ourUsers()
    const id = await enter("17", "ann")
    await enter("1", "bob")
    expect(await enter("17", "ann")).toBe(id)
    expect(await rows()).toEqual(["django:17: 17, ann", "django:1: 1, bob"])
  })

  test("a user who is renamed at Django keeps the row, with the new name", async () => {
    const { users, enter, rows } = await ourUsers()
    const id = await enter("17", "ann")
    await enter("18", "bob")
    expect(await enter("17", "anna")).toBe(id)
    expect(await rows()).toEqual(["django:17: 17, anna", "django:18: 18, bob"])
    expect(await users.find(id)).toEqual({ id, username: "anna" })
  })

  test("a renamed user's messages are still there", async () => {
    const { database, enter } = await ourUsers()
    const id = await enter("17", "ann")
    await database.writer.all(
      "INSERT INTO messages (author_id, room, content) VALUES (?, 'tea', 'hi')",
      [id],
    )
    await enter("17", "anna")
    const messages = await database.reader.all(
      "SELECT author_id AS authorId, content FROM messages",
    )
    expect(messages).toEqual([{ authorId: id, content: "hi" }])
  })

  test("two users who swap their names keep their rows", async () => {
    const { enter, rows } = await ourUsers()
    const [one, two] = [await enter("1", "ann"), await enter("2", "bob")]
    expect(await enter("1", "bob")).toBe(one)
    expect(await enter("2", "ann")).toBe(two)
    expect(await rows()).toEqual(["django:1: 1, bob", "django:2: 2, ann"])
  })

  test("an account here with the same name, or the same id, is another user", async () => {
    const { database, users, enter, rows } = await ourUsers()
    const account = await addUser(database, "ann")
    const bob = await addUser(database, "bob")
    const id = await enter(`${bob.id}`, "ann")
    expect([account.id, bob.id]).not.toContain(id)
    expect(await enter(`${bob.id}`, "ann")).toBe(id)
    expect(await users.find(account.id)).toBe(undefined)
    expect(await users.find(bob.id)).toBe(undefined)
    expect(await rows()).toEqual(["ann: , ", "bob: , ", "django:2: 2, ann"])
  })

  test("users who first come at the same moment get one row each", async () => {
    const { enter, rows } = await ourUsers()
    const people = ["1", "2", "1", "11", "2", "1"]
    const ids = await Promise.all(people.map((it) => enter(it, `user ${it}`)))
    expect(new Set(ids).size).toBe(3)
    expect(ids[0]).toBe(ids[2])
    expect(ids[0]).toBe(ids[5])
    expect(ids[1]).toBe(ids[4])
    expect((await rows()).toSorted()).toEqual([
      "django:11: 11, user 11",
      "django:1: 1, user 1",
      "django:2: 2, user 2",
    ])
  })
})

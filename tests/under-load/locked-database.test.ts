import { expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { inDatabase, openBeside } from "../support/in-database.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const room = "/ws/chat/lobby/"

/** Another process that writes and does not finish.
 * @returns a function that ends it */
async function lock(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const database = await openBeside(env)
  await database.exec("BEGIN IMMEDIATE")
  return () => database.exec("COMMIT")
}

test("a locked database stops no reader, and senders receive an error", async () => {
  const env = await ownEnvironment()
  const server = await startServer("07-history", env)
  const headers = await signUp(server, "ann")
  const ann = await connect(server, room, { headers })
  ann.say("before")
  await ann.nextFrame()

  const unlock = await lock(env)
  const senders = await Promise.all(
    Array.from({ length: 10 }, () => connect(server, room, { headers })),
  )
  for (const sender of senders) sender.say("meanwhile")
  for (let count = 0; count < 20; count++) {
    const page = await ask(server, "/chat/lobby/", { headers })
    expect(page.status).toBe(200)
    const joiner = await connect(server, room, { headers })
    expect(await joiner.nextFrame()).toMatchObject({ message: "before" })
  }
  for (const sender of senders) {
    await sender.nextFrame()
    const error = "Neither saved nor sent: try it again later."
    expect(await sender.nextFrame()).toEqual({ error })
  }
  const logout = await ask(server, "/logout/", { method: "POST", headers })
  expect(logout.status).toBeGreaterThanOrEqual(500)
  await unlock()

  ann.say("after")
  expect(await ann.nextFrame()).toMatchObject({ message: "after" })
  const rows = await inDatabase(env, "SELECT content FROM messages")
  expect(rows).toEqual([{ content: "before" }, { content: "after" }])
})

test("a write that waits too long is not begun, and the page says when to try again", async () => {
  const env = await ownEnvironment()
  const server = await startServer("07-history", env)
  const users = await Promise.all(
    ["ann", "bob", "eve"].map((name) => signUp(server, name)),
  )
  const unlock = await lock(env)
  const answers = await Promise.all(
    users.map((headers) => {
      return ask(server, "/logout/", { method: "POST", headers })
    }),
  )
  await unlock()
  // The first waits for SQLite, the last for the ones before it.
  const statuses = answers.map(({ status }) => status)
  expect(statuses[0]).toBe(500)
  expect(statuses.at(-1)).toBe(503)
  expect(answers.at(-1)?.headers.get("retry-after")).toBe("2")
})

import { expect, test } from "vitest"
import { logIn, post, signUp } from "../support/accounts.ts"
import { inDatabase } from "../support/in-database.ts"
import { load } from "../support/load.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const password = "correct horse"

test("users and sessions are still there after a restart", async () => {
  const env = await ownEnvironment()
  const first = await startServer("06-accounts", env)
  const headers = await signUp(first, "survivor")
  await first.stop("SIGKILL")
  const second = await startServer("06-accounts", env)
  const client = await connect(second, "/ws/chat/lobby/", { headers })
  client.say("hi")
  expect(await client.nextFrame()).toMatchObject({ author: "survivor" })
  expect((await logIn(second, "survivor")).cookie).toMatch(/^sessionid=/)
})

test("two older accounts whose names differ only in case stay separate", async () => {
  const env = await ownEnvironment()
  const { hashPassword } = await load<
    typeof import("../../steps/06-accounts/passwords.ts")
  >("06-accounts/passwords.ts")
  const first = await startServer("06-accounts", env)
  await signUp(first, "unrelated")
  await first.stop()
  // As they were stored before names were compared without case.
  await inDatabase(
    env,
    `INSERT INTO users (username, password_hash)
     VALUES ('Éva', '${await hashPassword(password)}'),
            ('éva', '${await hashPassword("another password")}')`,
  )
  const server = await startServer("06-accounts", env)
  const loggedIn = async (username: string, password: string) => {
    const answer = await post(server, "/login/", { username, password })
    return answer.status === 303
  }
  expect(await loggedIn("Éva", password)).toBe(true)
  expect(await loggedIn("éva", "another password")).toBe(true)
  expect(await loggedIn("éva", password)).toBe(false)
  expect(await loggedIn("ÉVA", password)).toBe(true)
  const taken = await post(server, "/signup/", { username: "ÉVa", password })
  expect(taken.status).toBe(400)
})

test("a server exits with a sentence if it cannot use its database", async () => {
  const env = { ...(await ownEnvironment()), DATABASE_PATH: "/dev/null/x" }
  const error = await startServer("06-accounts", env).catch(String)
  expect(error).toContain("Cannot use the database /dev/null/x: ")
  expect(error).not.toMatch(/^ +at /m)
})

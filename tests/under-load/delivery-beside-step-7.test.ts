import { expect, onTestFinished, test } from "vitest"
import { PlainClient } from "../../workbook/processes/plain-client.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { numbers } from "../support/conversation.ts"
import { inDatabase } from "../support/in-database.ts"
import { quickUsers } from "../support/quick-users.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { deliveryClient } from "../support/two-processes.ts"

const room = "/ws/chat/lobby/"

/** A client of step 7, closed when the test ends. */
async function plainClient(
  server: ServerProcess,
  headers: Readonly<Record<string, string>>,
): Promise<PlainClient> {
  const url = () => server.socketUrl(room)
  const client = new PlainClient({ url, headers, hurry: 5 })
  onTestFinished(() => client.close())
  await expect.poll(() => client.isReady).toBe(true)
  return client
}

async function stored(env: NodeJS.ProcessEnv): Promise<string[]> {
  const sql = "SELECT content FROM messages ORDER BY id"
  const rows = await inDatabase<{ content: string }>(env, sql)
  return rows.map(({ content }) => content)
}

test("step 7, 9, 7 and 9 in turn on one database lose nothing and repeat nothing", async () => {
  const env = { ...(await ownEnvironment()), LIMITS: "off" }
  const first = await startServer("07-history", env)
  const [headers = {}] = await quickUsers(env, ["ann"])
  const before = await plainClient(first, headers)
  for (const number of numbers(1, 5)) before.say(number)
  await expect.poll(() => before.texts.length).toBe(5)
  await first.stop("SIGKILL")

  let current = await startServer("09-delivery", env)
  const ann = await deliveryClient(() => current, headers)
  for (const number of numbers(6, 10)) ann.say(number)
  await ann.until("ten messages", () => ann.shown.length === 10)
  const second = await plainClient(current, headers)
  await expect.poll(() => second.texts.length).toBe(10)
  // From now on Ann finds no server until the last one has started.
  await current.stop("SIGKILL")

  const third = await startServer("07-history", env)
  const after = await plainClient(third, headers)
  await expect.poll(() => after.texts).toEqual(numbers(1, 10))
  for (const number of numbers(11, 20)) after.say(number)
  await expect.poll(() => after.texts.length).toBe(20)
  await third.stop("SIGKILL")

  current = await startServer("09-delivery", env)
  await ann.until("twenty messages", () => ann.shown.length === 20)
  ann.say("21")
  await ann.until("the last message", () => ann.shown.length === 21)
  expect(ann.texts).toEqual(numbers(1, 21))
  expect(ann.violations).toEqual([])
  expect(ann.cleared).toBe(0)
  expect(await stored(env)).toEqual(numbers(1, 21))
})

test("step 7 and step 9 side by side show each other's messages once, in one order", async () => {
  const env = { ...(await ownEnvironment()), LIMITS: "off" }
  const old = await startServer("07-history", env)
  const server = await startServer("09-delivery", env)
  const users = await quickUsers(env, ["ann", "bob", "carol"])
  const [forAnn = {}, forBob = {}, forCarol = {}] = users
  const ann = await plainClient(old, forAnn)
  const bob = await deliveryClient(() => server, forBob)
  const carol = await deliveryClient(() => server, forCarol)
  for (const number of numbers(1, 100)) {
    ann.say(`ann ${number}`)
    bob.say(`bob ${number}`)
    // She loses her connection now and then, but no message.
    if (Number(number) % 25 === 0) carol.reset()
    await bob.until(`${number}`, () => bob.texts.includes(`bob ${number}`))
  }
  await expect.poll(() => ann.texts.length).toBe(200)
  for (const client of [bob, carol]) {
    await client.until("all messages", () => client.shown.length === 200)
    expect(client.violations).toEqual([])
    expect(client.texts).toEqual(await stored(env))
  }
  expect(new Set(ann.texts)).toEqual(new Set(bob.texts))
})

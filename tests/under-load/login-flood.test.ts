import { expect, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"

const room = "/ws/chat/lobby/"

/** @param signal ends the wait, which is longer for the last of many */
function logIn(server: ServerProcess, password: string, signal: AbortSignal) {
  const body = new URLSearchParams({ username: "ann", password })
  return ask(server, "/login/", { method: "POST", body, signal })
}

test("100 wrong passwords at once stop neither messages nor new sockets", {
  timeout: 120_000,
}, async () => {
  const server = await startServer("07-history", await ownEnvironment())
  const headers = await signUp(server, "ann")
  const ann = await connect(server, room, { headers })
  let isOver = false
  const signal = AbortSignal.timeout(60_000)
  const flood = Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      logIn(server, `wrong ${index}`, signal),
    ),
  ).finally(() => {
    isOver = true
  })
  let messages = 0
  while (!isOver) {
    ann.say(`${messages}`)
    expect(await ann.nextFrame()).toMatchObject({ message: `${messages}` })
    messages++
    if (messages % 20 === 0) {
      expect(await handshake(server, room, { headers })).toBe("accepted")
    }
  }
  const answers = await flood
  const refused = answers.filter(({ status }) => status === 503)
  const wrong = answers.filter(({ status }) => status === 400)
  expect(refused.length + wrong.length).toBe(100)
  // One is being hashed, twenty wait, and more follow as these are done: how
  // many depends on the machine.
  expect(wrong.length).toBeGreaterThanOrEqual(21)
  expect(refused.length).toBeGreaterThan(0)
  for (const { headers } of refused)
    expect(headers.get("retry-after")).toBe("2")
  // Hashing on the thread of the messages would hold up each of them.
  expect(messages, "messages meanwhile").toBeGreaterThan(wrong.length)
  expect(server.output, "the server's terminal").not.toContain("TooBusy")
})

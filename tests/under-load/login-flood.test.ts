import { expect, test } from "vitest"
import { post, signUp } from "../support/accounts.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"

const room = "/ws/chat/lobby/"

test("100 wrong passwords at once stop neither messages nor new sockets", {
  timeout: 120_000,
}, async () => {
  const server = await startServer("07-history", await ownEnvironment())
  const headers = await signUp(server, "ann")
  const ann = await connect(server, room, { headers })
  let isOver = false
  const flood = Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      post(server, "/login/", { username: "ann", password: `wrong ${index}` }),
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
  // One is being hashed, twenty wait, and more follow as these are done.
  expect(refused.length).toBeGreaterThan(50)
  for (const { headers } of refused)
    expect(headers.get("retry-after")).toBe("2")
  expect(messages, "messages meanwhile").toBeGreaterThan(100)
  expect(server.output, "the server's terminal").not.toContain("TooBusy")
})

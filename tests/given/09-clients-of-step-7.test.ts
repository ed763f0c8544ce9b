import { describe, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { numbers, say } from "../support/conversation.ts"
import { layerBeside } from "../support/delivering-chat.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { Visitor } from "../support/visitor.ts"

/** What a client of step 7 receives in a conversation with everything that can
 * happen to it. Times are replaced. */
async function received(step: string): Promise<string[]> {
  const env = { ...(await ownEnvironment()), LIMITS: "off" }
  const server = await startServer(step, env)
  const headers = await signUp(server, "ann")
  const room = "/ws/chat/lobby/"
  await say(server, room, headers, numbers(1, 12))
  const client = await connect(server, room, { headers })
  const other = await connect(server, room, { headers, name: "another tab" })
  const layer = await layerBeside(env)
  await client.nextFrames(10)
  client.say("hi")
  await client.next()
  for (const data of [
    "nonsense",
    "[]",
    "{}",
    '{"message":5}',
    JSON.stringify({ message: "x".repeat(10_001) }),
    Buffer.from("binary"),
  ]) {
    client.send(data)
    await client.next()
  }
  client.send('{"message":"with more fields","room":"other","id":7}')
  await client.next()
  other.say("from another tab")
  await client.next()
  await layer.groupSend("chat_lobby", {
    type: "chat.message",
    message: "from elsewhere",
  })
  await client.next()
  client.say("the end")
  await client.next()
  return client.received.map((frame) =>
    frame.replace(/"timestamp":"[^"]+"/, '"timestamp":"…"'),
  )
}

describe.each(deliveringSteps)(
  "in %s, a client written for step 7,",
  (step) => {
    test("which sends no `since` and no `key`, gets exactly the frames of step 7", async () => {
      const frames = await received(step)
      expect(frames).toEqual(await received("07-history"))
      expect(frames).toHaveLength(10 + 1 + 6 + 1 + 1 + 1 + 1)
    })

    test("gets the messages of newer clients in its own form", async () => {
      const server = await startServer(step, await ownEnvironment())
      const headers = await signUp(server, "ann")
      const old = await connect(server, "/ws/chat/lobby/", { headers })
      const visitor = await Visitor.enter(server, "lobby", headers)
      visitor.say("hi", "k1")
      const [, message] = await visitor.nextOnes(2)
      const { key, previous, ...rest } = message ?? {}
      expect({ key, previous }).toEqual({ key: "k1", previous: 0 })
      expect(await old.nextFrame()).toEqual(rest)
      const again = await connect(server, "/ws/chat/lobby/", { headers })
      expect(await again.nextFrame()).toEqual(rest)
    })
  },
)

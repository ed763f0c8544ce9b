import { IncomingMessage } from "node:http"
import { setImmediate as turn } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import { load } from "../support/load.ts"
import { serveInProcess } from "../support/serve-in-process.ts"

const { ChatConsumer } = await load<
  typeof import("../../steps/04-groups/chat-consumer.ts")
>("04-groups/chat-consumer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

test("an open socket keeps no part of its handshake in memory", async () => {
  const requests: WeakRef<IncomingMessage>[] = []
  class Counted extends IncomingMessage {
    constructor(...options: ConstructorParameters<typeof IncomingMessage>) {
      super(...options)
      requests.push(new WeakRef(this))
    }
  }
  const chat = ChatConsumer.asApplication(new InMemoryChannelLayer())
  const options = { http: { IncomingMessage: Counted } }
  const enter = await serveInProcess(chat, undefined, options)
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => enter("lobby")),
  )
  await turn()
  collectGarbage()
  expect(requests).toHaveLength(clients.length)
  const kept = requests.filter((request) => request.deref() !== undefined)
  // The last one may still be on the parser's stack.
  expect(kept.length).toBeLessThanOrEqual(1)
  for (const client of clients) client.socket.terminate()
})

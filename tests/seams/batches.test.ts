import { expect, test } from "vitest"
import type { ClientEvent } from "../../steps/01-echo/application.ts"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { load } from "../support/load.ts"
import { serveInProcess } from "../support/serve-in-process.ts"

const { GroupConsumer } = await load<
  typeof import("../../steps/04-groups/group-consumer.ts")
>("04-groups/group-consumer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")

/** How many events of the layer each turn has handled. */
const turns: number[] = []

/** Replaces both loops: each turn handles all waiting events, at most three. */
class Batching extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["say", ({ text }: LayerEvent) => this.send(String(text))],
  ])

  override async connect(): Promise<void> {
    await this.groupAdd("room")
    await this.accept()
  }

  protected override async receiveMessage(message: string): Promise<void> {
    await this.send(`got ${message}`)
  }

  protected override listening(): Promise<never>[] {
    const { connection, layer } = this
    return [
      this.listen(
        () => connection.receiveMany(3),
        async (events: ClientEvent[]) => {
          for (const event of events) await this.dispatch(event)
        },
      ),
      this.listen(
        () => layer.receiveMany(this.channel, 3),
        async (events) => {
          turns.push(events.length)
          for (const event of events) await this.dispatchLayerEvent(event)
        },
      ),
    ]
  }
}

test("a consumer can handle all waiting events in one turn", async () => {
  const layer = new InMemoryChannelLayer()
  const enter = await serveInProcess(Batching.asApplication(layer))
  const client = await enter("lobby")
  client.say("1")
  expect(await client.next()).toBe("got 1")
  for (const text of ["a", "b", "c", "d", "e"]) {
    void layer.groupSend("room", { type: "say", text })
  }
  const texts: string[] = []
  while (texts.length < 5) texts.push(await client.next())
  expect(texts).toEqual(["a", "b", "c", "d", "e"])
  expect(Math.max(...turns)).toBe(3)
  client.say("2")
  expect(await client.next()).toBe("got 2")
  await client.close()
  await expect.poll(() => layer.hasMembers("room")).toBe(false)
})

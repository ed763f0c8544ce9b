import { setImmediate as turn } from "node:timers/promises"
import { expect, test } from "vitest"
import { deliveryInProcess } from "../support/delivery-in-process.ts"
import { load } from "../support/load.ts"
import { did } from "../support/story.ts"

const { Reader } = await load<
  typeof import("../../steps/09-delivery/rooms/reader.ts")
>("09-delivery/rooms/reader.ts")
const { Queue } =
  await load<typeof import("../../steps/01-echo/queue.ts")>("01-echo/queue.ts")

test("a look that began before a message was stored does not hide it", async () => {
  const options = { lookMs: 600_000 }
  const { fill, layer, messages, rooms } = await deliveryInProcess(options)
  const shown: string[] = []
  const room = rooms.open("lobby")
  room.enter(new Queue())
  const reader = new Reader(room, async ({ message }) => {
    shown.push(message)
  })
  const newestIds = messages.newestIds.bind(messages)
  const looked = new Promise<void>((resolve) => {
    messages.newestIds = async (names) => {
      const newest = await newestIds(names)
      await fill("lobby", 1)
      did("a message is stored after the look has read, and its event is lost")
      room.ringFor(1)
      resolve()
      return newest
    }
  })
  layer.comeBack()
  await looked
  await turn()
  did("the look is over")
  await reader.look()
  expect(shown).toEqual(["1"])
})

import { expect, test } from "vitest"
import { load } from "../support/load.ts"

const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")

/** How long one of so many channels takes to leave, each in a room of
 * its own. */
async function leavingMs(rooms: number): Promise<number> {
  const layer = new InMemoryChannelLayer()
  const channels: string[] = []
  for (let room = 0; room < rooms; room++) {
    const channel = await layer.newChannel()
    await layer.groupAdd(`room-${room}`, channel)
    channels.push(channel)
  }
  const leaving = channels.slice(0, 200)
  const begin = performance.now()
  for (const channel of leaving) await layer.closeChannel(channel)
  return (performance.now() - begin) / leaving.length
}

test("leaving a room takes as long with 200 rooms as with 20,000", async () => {
  // The first run is the slowest: nothing has been compiled yet.
  await leavingMs(200)
  const ratios: number[] = []
  for (let turn = 0; turn < 5; turn++) {
    ratios.push((await leavingMs(20_000)) / (await leavingMs(200)))
  }
  // Looking through all groups would cost a hundred times as much.
  const [, , median] = ratios.sort((one, other) => one - other)
  expect(median).toBeLessThan(20)
})

import { expect, onTestFinished, test } from "vitest"
import { load } from "../support/load.ts"

const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")

/** Counts the steps of each `for` loop and each `...` over a map or a set:
 * unlike time, they do not depend on what else the machine does.
 * @returns a function that returns the number so far */
function countSteps(): () => number {
  let steps = 0
  for (const iterator of [new Map().values(), new Set().values()]) {
    const prototype: { next(): unknown } = Object.getPrototypeOf(iterator)
    const { next } = prototype
    prototype.next = function () {
      steps++
      return next.call(this)
    }
    onTestFinished(() => {
      prototype.next = next
    })
  }
  return () => steps
}

/** How many steps 200 channels take to leave, each from a room of its own. */
async function stepsToLeave(
  rooms: number,
  steps: () => number,
): Promise<number> {
  const layer = new InMemoryChannelLayer()
  const channels: string[] = []
  for (let room = 0; room < rooms; room++) {
    const channel = await layer.newChannel()
    await layer.groupAdd(`room-${room}`, channel)
    channels.push(channel)
  }
  const before = steps()
  for (const channel of channels.slice(0, 200)) {
    await layer.closeChannel(channel)
  }
  return steps() - before
}

test("leaving a room takes as many steps with 20,000 rooms as with 200", async () => {
  const steps = countSteps()
  const few = await stepsToLeave(200, steps)
  expect(few).toBeGreaterThan(0)
  expect(await stepsToLeave(20_000, steps)).toBe(few)
})

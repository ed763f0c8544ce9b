import { randomUUID } from "node:crypto"
import { describe, expect } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { nextEvent } from "../support/next-event.ts"
import { openCore } from "../support/open-core.ts"
import {
  PythonLayer,
  testBesidePython as test,
} from "../support/python-layer.ts"
import { soon } from "../support/soon.ts"

/** Both layers in one group, each with a channel. */
async function bothInRoom() {
  const hosts = [process.env.REDIS_URL || defaultRedisUrl]
  const prefix = `test-${randomUUID()}`
  const theirs = PythonLayer.start({ hosts, prefix })
  const ours = await openCore({ hosts, prefix })
  const [ann, bob] = [await ours.newChannel(), await theirs.newChannel()]
  await ours.groupAdd("room", ann)
  await theirs.groupAdd("room", bob)
  return { ours, theirs, ann, bob }
}

const types = {
  type: "x",
  nothing: null,
  yes: true,
  half: 1.5,
  minus: -1,
  large: 123456789,
  bytes: Buffer.from([0, 255]),
  list: [1, "a", []],
  map: { k: "v" },
  text: "é 😀",
}
const inPython =
  "{'type': 'x', 'nothing': None, 'yes': True, 'half': 1.5, 'minus': -1, " +
  "'large': 123456789, 'bytes': b'\\x00\\xff', 'list': [1, 'a', []], " +
  "'map': {'k': 'v'}, 'text': 'é 😀'}"

describe("our layer and channels_redis in one room:", () => {
  test("an event from ours arrives in Python with all its types", async () => {
    const { ours, theirs, bob } = await bothInRoom()
    await ours.groupSend("room", types)
    const { python } = await soon("an event", theirs.receiveBoth(bob))
    expect(python).toBe(inPython)
    await ours.send(bob, types)
    const direct = await soon("an event", theirs.receiveBoth(bob))
    expect(direct.python).toBe(inPython)
  })

  test("an event from Python arrives at ours with all its types", async () => {
    const { ours, theirs, ann } = await bothInRoom()
    await theirs.groupSend("room", types)
    expect(await nextEvent(ours, ann)).toEqual(types)
    await theirs.send(ann, types)
    expect(await nextEvent(ours, ann)).toEqual(types)
  })

  test("fifty events from ours arrive in Python in their order", async () => {
    const { ours, theirs, bob } = await bothInRoom()
    const counts = Array.from({ length: 50 }, (_, count) => count)
    await Promise.all(
      counts.map((count) => ours.groupSend("room", { type: "x", count })),
    )
    const received = []
    for (const _ of counts) {
      received.push(await soon("an event", theirs.receive(bob)))
    }
    expect(received.map(({ count }) => count)).toEqual(counts)
  })

  test("fifty events from Python arrive at ours in their order", async () => {
    const { ours, theirs, ann } = await bothInRoom()
    const counts = Array.from({ length: 50 }, (_, count) => count)
    await Promise.all(
      counts.map((count) => theirs.groupSend("room", { type: "x", count })),
    )
    const received = []
    for (const _ of counts) received.push(await nextEvent(ours, ann))
    expect(received.map(({ count }) => count)).toEqual(counts)
  })

  test("a queue passes work from one to the other, both ways", async () => {
    const { ours, theirs } = await bothInRoom()
    await ours.send("thumbnails", { type: "generate", id: 1 })
    const one = await soon("work for Python", theirs.receive("thumbnails"))
    expect(one).toEqual({ type: "generate", id: 1 })
    await theirs.send("dice", { type: "roll", sides: 6 })
    expect(await nextEvent(ours, "dice")).toEqual({ type: "roll", sides: 6 })
  })

  test("a member that left on one side receives nothing from the other", async () => {
    const { ours, theirs, ann, bob } = await bothInRoom()
    await ours.groupDiscard("room", ann)
    await theirs.groupSend("room", { type: "missed" })
    await theirs.send(ann, { type: "marker" })
    expect(await nextEvent(ours, ann)).toEqual({ type: "marker" })
    await theirs.receive(bob)
    await theirs.groupDiscard("room", bob)
    await ours.groupSend("room", { type: "missed" })
    await ours.send(bob, { type: "marker" })
    const event = await soon("an event", theirs.receive(bob))
    expect(event).toEqual({ type: "marker" })
  })
})

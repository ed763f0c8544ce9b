import { expect, onTestFinished, test, vi } from "vitest"
import type {
  ChannelLayer,
  LayerEvent,
} from "../../steps/04-groups/channel-layer.ts"
import { nextEvent } from "./next-event.ts"
import { WatchedLayer } from "./watched-layer.ts"

interface LayerOptions {
  readonly capacity?: number
  readonly maxBytes?: number
}

/** Opens a layer for one check, which closes it. */
export type OpenLayer = (options: LayerOptions) => Promise<ChannelLayer>

const channelRule =
  "Channel name must be a valid unicode string with length < 100 containing " +
  "only ASCII alphanumerics, hyphens, underscores, or periods."
const groupRule = channelRule.replace("Channel", "Group")

const reports = new WeakMap<ChannelLayer, Promise<never>>()

/** A layer for one check. A failure shows its calls, and the check fails if the
 * layer reports an error. */
export async function openWatched(
  open: OpenLayer,
  options: LayerOptions = {},
): Promise<WatchedLayer> {
  const report = firstReport()
  const layer = new WatchedLayer(await open(options))
  onTestFinished(() => layer.close())
  reports.set(layer, report)
  return layer
}

/** The next event of a channel, unless the layer reports an error first. */
export function receive(
  layer: WatchedLayer,
  channel: string,
): Promise<LayerEvent> {
  const report = reports.get(layer) ?? Promise.reject(new Error("no layer"))
  const event = nextEvent(layer, channel, layer.nameOf(channel))
  return Promise.race([event, report])
}

/** The next events of a channel, in their order. */
async function receiveEach(
  layer: WatchedLayer,
  channel: string,
  count: number,
): Promise<LayerEvent[]> {
  const events: LayerEvent[] = []
  while (events.length < count) events.push(await receive(layer, channel))
  return events
}

/** Rejects with the first error that is printed. */
function firstReport(): Promise<never> {
  const report = new Promise<never>((_resolve, reject) => {
    const spy = vi.spyOn(console, "error").mockImplementation((...parts) => {
      reject(new Error(`The layer reported: ${parts.map(String).join(" ")}`))
    })
    onTestFinished(() => spy.mockRestore())
  })
  report.catch(() => {}) // `receive` reports it
  return report
}

/** Checks of channels, without groups. */
export function channelChecks(open: OpenLayer): void {
  arrivalChecks(open)

  test("one more event than a channel can hold throws ChannelFull", async () => {
    const layer = await openWatched(open, { capacity: 3 })
    const ann = await layer.openFor("Ann")
    for (const count of [1, 2, 3]) await layer.send(ann, { type: "x", count })
    await expect(layer.send(ann, { type: "x" })).rejects.toThrow("is full")
    expect(await receive(layer, ann)).toMatchObject({ count: 1 })
    await layer.send(ann, { type: "x", count: 4 })
  })

  test("receiveMany returns all waiting events, up to its limit", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    for (const count of [1, 2, 3, 4]) {
      await layer.send(ann, { type: "x", count })
    }
    const counts = async (limit: number) => {
      const events = await layer.receiveMany(ann, limit)
      return events.map(({ count }) => count)
    }
    expect(await counts(3)).toEqual([1, 2, 3])
    expect(await counts(3)).toEqual([4])
    const later = counts(3)
    await layer.send(ann, { type: "x", count: 5 })
    expect(await later).toEqual([5])
  })
}

/** Those of them that hold even if an event is on its way for a while. */
export function arrivalChecks(open: OpenLayer): void {
  test("every channel has a unique name", async () => {
    const layer = await openWatched(open)
    const names = await Promise.all(
      Array.from({ length: 20 }, () => layer.newChannel()),
    )
    expect(new Set(names).size).toBe(20)
    for (const channel of names) expect(channel).toMatch(/^specific\./)
    expect(await layer.newChannel({ prefix: "mine." })).toMatch(/^mine\./)
  })

  test("a channel's events arrive in the order in which they were sent", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    const events = [1, 2, 3].map((count) => ({ type: "x", count }))
    for (const event of events) await layer.send(ann, event)
    expect(await receiveEach(layer, ann, 3)).toEqual(events)
  })

  test("receive waits for an event that is sent later", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    const received = receive(layer, ann)
    await layer.send(ann, { type: "later" })
    expect(await received).toEqual({ type: "later" })
  })
}

/** Checks of groups, once `groupAdd` and `groupSend` work. */
export function groupSendChecks(open: OpenLayer): void {
  const hi = { type: "chat.message", message: "hi" }
  const marker = { type: "marker" }

  test("every member of a group receives its events, and no other channel does", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    const bob = await layer.openFor("Bob")
    const eve = await layer.openFor("Eve")
    await layer.groupAdd("room", ann)
    await layer.groupAdd("room", bob)
    await layer.groupAdd("elsewhere", eve)
    await layer.groupSend("room", hi)
    await layer.groupSend("elsewhere", marker)
    expect(await receive(layer, ann)).toEqual(hi)
    expect(await receive(layer, bob)).toEqual(hi)
    expect(await receive(layer, eve)).toEqual(marker)
  })

  test("an event for a group without members is not an error", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    await layer.groupSend("room", hi)
    await layer.groupAdd("room", ann)
    await layer.groupSend("room", marker)
    expect(await receive(layer, ann)).toEqual(marker)
  })

  test("a channel that joined twice receives each event once", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    await layer.groupAdd("room", ann)
    await layer.groupSend("room", { type: "one" })
    await layer.groupSend("room", { type: "two" })
    const types = [{ type: "one" }, { type: "two" }]
    expect(await receiveEach(layer, ann, 2)).toEqual(types)
  })

  test("if one channel is full, the other members still receive the event", async () => {
    const layer = await openWatched(open, { capacity: 1 })
    const full: string[] = []
    const openNoting = (owner: string) =>
      layer.openFor(owner, { whenFull: () => full.push(owner) })
    const ann = await openNoting("Ann")
    const slow = await openNoting("Slow Bob")
    const carol = await openNoting("Carol")
    for (const it of [ann, slow, carol]) await layer.groupAdd("room", it)
    await layer.groupSend("room", { type: "one" })
    for (const it of [ann, carol]) await receive(layer, it)
    await layer.groupSend("room", { type: "two" })
    expect(await receive(layer, ann)).toEqual({ type: "two" })
    expect(await receive(layer, carol)).toEqual({ type: "two" })
    expect(full, "whenFull was called for").toEqual(["Slow Bob"])
  })

  test("an event for a full channel is dropped, and later ones arrive", async () => {
    const layer = await openWatched(open, { capacity: 2 })
    let calls = 0
    const whenFull = () => calls++
    const slow = await layer.openFor("Slow Bob", { whenFull })
    const quick = await layer.openFor("Ann")
    for (const it of [slow, quick]) await layer.groupAdd("room", it)
    for (const count of [1, 2, 3]) {
      await layer.groupSend("room", { type: "x", count })
      await receive(layer, quick)
    }
    expect(calls, "calls of whenFull").toBe(1)
    expect(await receive(layer, slow)).toEqual({ type: "x", count: 1 })
    await layer.groupSend("room", { type: "x", count: 4 })
    const counts = [2, 4].map((count) => ({ type: "x", count }))
    expect(await receiveEach(layer, slow, 2)).toEqual(counts)
  })

  test("a channel that left a group receives nothing more from it", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    await layer.groupDiscard("room", ann)
    await layer.groupDiscard("room", ann)
    await layer.groupSend("room", { type: "missed" })
    await layer.groupAdd("room", ann)
    await layer.groupSend("room", marker)
    expect(await receive(layer, ann)).toEqual(marker)
  })

  test("a closed channel is no longer in any group", async () => {
    const layer = await openWatched(open, { capacity: 1 })
    const whenFull = () => {
      throw new Error("A closed channel still gets the events of its group")
    }
    const closed = await layer.openFor("Bob", { whenFull })
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", closed)
    await layer.groupAdd("room", ann)
    await layer.closeChannel(closed)
    for (const type of ["one", "two"]) {
      await layer.groupSend("room", { type })
      expect(await receive(layer, ann)).toEqual({ type })
    }
  })

  test("all members receive the same event, which no member can change", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    const bob = await layer.openFor("Bob")
    for (const channel of [ann, bob]) await layer.groupAdd("room", channel)
    const sent = { type: "x", list: [1] }
    await layer.groupSend("room", sent)
    sent.list.push(2)
    const received = await receive(layer, ann)
    expect(received).toEqual({ type: "x", list: [1] })
    expect(() => Object.assign(received.list as number[], [3])).toThrow(
      TypeError,
    )
    const isSame = received === (await receive(layer, bob))
    expect(isSame, "it is the same object").toBe(true)
  })
}

/** Checks of limits and names, once the layer works. */
export function limitChecks(open: OpenLayer): void {
  test("a channel holds a limited number of bytes, or a single event of any size", async () => {
    const layer = await openWatched(open, { maxBytes: 5_000 })
    let lost = 0
    const slow = await layer.openFor("Slow Bob", { whenFull: () => lost++ })
    await layer.groupAdd("room", slow)
    const large = { type: "x", text: "x".repeat(10_000) }
    const small = { type: "x", text: "x".repeat(1_000) }
    await layer.send(slow, large)
    await expect(layer.send(slow, small)).rejects.toThrow("is full")
    expect(await receive(layer, slow)).toEqual(large)
    for (const text of ["a", "b"]) await layer.send(slow, { ...small, text })
    await layer.send(slow, small)
    await layer.send(slow, small)
    await expect(layer.send(slow, small)).rejects.toThrow("is full")
    expect(lost, "calls of whenFull").toBe(0)
  })

  nameChecks(open)
}

/** Checks of names. */
export function nameChecks(open: OpenLayer): void {
  test.each(["", "a".repeat(100), "chat lobby", "chät", "chat\n", "a!b!c"])(
    "a channel cannot have the name %j",
    async (bad) => {
      const layer = await openWatched(open)
      const error = new TypeError(channelRule)
      await expect(layer.send(bad, { type: "x" })).rejects.toEqual(error)
      await expect(layer.groupAdd("room", bad)).rejects.toEqual(error)
    },
  )

  test.each(["", "a".repeat(100), "chat lobby", "chät", "a!b", "x!"])(
    "a group cannot have the name %j",
    async (bad) => {
      const layer = await openWatched(open)
      const ann = await layer.openFor("Ann")
      const error = new TypeError(groupRule)
      await expect(layer.groupSend(bad, { type: "x" })).rejects.toEqual(error)
      await expect(layer.groupAdd(bad, ann)).rejects.toEqual(error)
    },
  )

  test("a group's name can have 99 characters", async () => {
    const layer = await openWatched(open)
    const ann = await layer.openFor("Ann")
    const group = "a".repeat(99)
    await layer.groupAdd(group, ann)
    await layer.groupSend(group, { type: "x" })
    expect(await receive(layer, ann)).toEqual({ type: "x" })
  })
}

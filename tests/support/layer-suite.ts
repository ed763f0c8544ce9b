import { describe, expect, onTestFinished, test, vi } from "vitest"
import type {
  ChannelLayer,
  LayerEvent,
} from "../../steps/04-groups/channel-layer.ts"
import { nextEvent } from "./next-event.ts"

interface LayerOptions {
  readonly capacity?: number
  readonly maxBytes?: number
}

const channelRule =
  "Channel name must be a valid unicode string with length < 100 containing " +
  "only ASCII alphanumerics, hyphens, underscores, or periods."
const groupRule = channelRule.replace("Channel", "Group")

const reports = new WeakMap<ChannelLayer, Promise<never>>()

/** Receives, but waits no longer once the layer has reported an error. */
function receive(
  layer: ChannelLayer,
  channel: string,
  whose?: string,
): Promise<LayerEvent> {
  const report = reports.get(layer) ?? Promise.reject(new Error("no layer"))
  return Promise.race([nextEvent(layer, channel, whose), report])
}

/** Rejects with what is first printed as an error. */
function firstReport(): Promise<never> {
  const report = new Promise<never>((_resolve, reject) => {
    const spy = vi.spyOn(console, "error").mockImplementation((...parts) => {
      reject(new Error(`The layer reported: ${parts.map(String).join(" ")}`))
    })
    onTestFinished(() => spy.mockRestore())
  })
  report.catch(() => {}) // whoever receives is told
  return report
}

/** What every channel layer must do, whatever carries its events. */
export function describeLayer(
  name: string,
  open: (options: LayerOptions) => Promise<ChannelLayer>,
): void {
  async function layer(options: LayerOptions = {}): Promise<ChannelLayer> {
    const opened = await open(options)
    onTestFinished(() => opened.close())
    reports.set(opened, firstReport())
    return opened
  }

  describe(name, () => {
    test("gives every channel a name of its own", async () => {
      const it = await layer()
      const names = await Promise.all(
        Array.from({ length: 20 }, () => it.newChannel()),
      )
      expect(new Set(names).size).toBe(20)
      for (const channel of names) expect(channel).toMatch(/^specific\./)
      expect(await it.newChannel({ prefix: "mine." })).toMatch(/^mine\./)
    })

    test("brings events to their channel in the order of sending", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      for (const count of [1, 2, 3])
        await it.send(channel, { type: "x", count })
      for (const count of [1, 2, 3]) {
        expect(await receive(it, channel)).toEqual({ type: "x", count })
      }
    })

    test("lets a receiver wait for what is sent later", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      const received = receive(it, channel)
      await it.send(channel, { type: "later" })
      expect(await received).toEqual({ type: "later" })
    })

    test("sends to every member of a group and nobody else", async () => {
      const it = await layer()
      const [ann, bob, eve] = await Promise.all(
        [1, 2, 3].map(() => it.newChannel()),
      )
      if (!ann || !bob || !eve) throw new Error("three channels")
      await it.groupAdd("room", ann)
      await it.groupAdd("room", bob)
      await it.groupAdd("elsewhere", eve)
      await it.groupSend("room", { type: "chat.message", message: "hi" })
      await it.groupSend("elsewhere", { type: "marker" })
      const hi = { type: "chat.message", message: "hi" }
      expect(await receive(it, ann)).toEqual(hi)
      expect(await receive(it, bob)).toEqual(hi)
      expect(await receive(it, eve)).toEqual({ type: "marker" })
    })

    test("sends nothing to a channel that has left, even if it leaves twice", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      await it.groupAdd("room", channel)
      await it.groupDiscard("room", channel)
      await it.groupDiscard("room", channel)
      await it.groupSend("room", { type: "missed" })
      await it.groupAdd("room", channel)
      await it.groupSend("room", { type: "marker" })
      expect(await receive(it, channel)).toEqual({ type: "marker" })
    })

    test("sends once to who has joined twice", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      await it.groupAdd("room", channel)
      await it.groupAdd("room", channel)
      await it.groupSend("room", { type: "one" })
      await it.groupSend("room", { type: "two" })
      expect(await receive(it, channel)).toEqual({ type: "one" })
      expect(await receive(it, channel)).toEqual({ type: "two" })
    })

    test("takes a closed channel out of its groups", async () => {
      const it = await layer({ capacity: 1 })
      const whenFull = () => {
        throw new Error("A closed channel still gets the events of its group")
      }
      const closed = await it.newChannel({ whenFull })
      const open = await it.newChannel()
      await it.groupAdd("room", closed)
      await it.groupAdd("room", open)
      await it.closeChannel(closed)
      for (const type of ["one", "two"]) {
        await it.groupSend("room", { type })
        expect(await receive(it, open)).toEqual({ type })
      }
    })

    test("throws ChannelFull for one more than a channel holds", async () => {
      const it = await layer({ capacity: 3 })
      const channel = await it.newChannel()
      for (const count of [1, 2, 3])
        await it.send(channel, { type: "x", count })
      await expect(it.send(channel, { type: "x" })).rejects.toThrow("is full")
      expect(await receive(it, channel)).toMatchObject({ count: 1 })
      await it.send(channel, { type: "x", count: 4 })
    })

    test("tells who is full that a group's event is lost", async () => {
      const it = await layer({ capacity: 1 })
      let lost = 0
      const slow = await it.newChannel({ whenFull: () => lost++ })
      const quick = await it.newChannel()
      await it.groupAdd("room", slow)
      await it.groupAdd("room", quick)
      for (const count of [1, 2]) {
        await it.groupSend("room", { type: "x", count })
        const received = await receive(
          it,
          quick,
          "the member beside a full one",
        )
        expect(received).toMatchObject({ count })
      }
      expect(lost, "events that found the channel full").toBe(1)
      expect(await receive(it, slow)).toMatchObject({ count: 1 })
      await it.groupSend("room", { type: "x", count: 3 })
      expect(await receive(it, slow)).toMatchObject({ count: 3 })
    })

    test("gives receivers no way to change each other's events", async () => {
      const it = await layer()
      const ann = await it.newChannel()
      const bob = await it.newChannel()
      for (const channel of [ann, bob]) await it.groupAdd("room", channel)
      const sent = { type: "x", list: [1] }
      await it.groupSend("room", sent)
      sent.list.push(2)
      const received = await receive(it, ann)
      expect(received).toEqual({ type: "x", list: [1] })
      expect(() => Object.assign(received.list as number[], [3])).toThrow(
        TypeError,
      )
      expect(await receive(it, bob)).toEqual({ type: "x", list: [1] })
    })

    test.each(["", "a".repeat(100), "chat lobby", "chät", "chat\n", "a!b!c"])(
      "takes no channel by the name %j",
      async (bad) => {
        const it = await layer()
        const error = new TypeError(channelRule)
        await expect(it.send(bad, { type: "x" })).rejects.toEqual(error)
        await expect(it.groupAdd("room", bad)).rejects.toEqual(error)
      },
    )

    test.each(["", "a".repeat(100), "chat lobby", "chät", "a!b", "x!"])(
      "takes no group by the name %j",
      async (bad) => {
        const it = await layer()
        const channel = await it.newChannel()
        const error = new TypeError(groupRule)
        await expect(it.groupSend(bad, { type: "x" })).rejects.toEqual(error)
        await expect(it.groupAdd(bad, channel)).rejects.toEqual(error)
      },
    )

    test("gives all members the same event", async () => {
      const it = await layer()
      const [ann, bob] = [await it.newChannel(), await it.newChannel()]
      for (const channel of [ann, bob]) await it.groupAdd("room", channel)
      await it.groupSend("room", { type: "x" })
      expect(await receive(it, ann)).toBe(await receive(it, bob))
    })

    test("gives what waits all at once, at most so many", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      for (const count of [1, 2, 3, 4]) {
        await it.send(channel, { type: "x", count })
      }
      const counts = async (limit: number) => {
        const events = await it.receiveMany(channel, limit)
        return events.map(({ count }) => count)
      }
      expect(await counts(3)).toEqual([1, 2, 3])
      expect(await counts(3)).toEqual([4])
      const later = counts(3)
      await it.send(channel, { type: "x", count: 5 })
      expect(await later).toEqual([5])
    })

    test("holds so many bytes in a channel, and a single event of any size", async () => {
      const it = await layer({ maxBytes: 5_000 })
      let lost = 0
      const slow = await it.newChannel({ whenFull: () => lost++ })
      await it.groupAdd("room", slow)
      const large = { type: "x", text: "x".repeat(10_000) }
      const small = { type: "x", text: "x".repeat(1_000) }
      await it.send(slow, large)
      await expect(it.send(slow, small)).rejects.toThrow("is full")
      expect(await receive(it, slow)).toEqual(large)
      for (const text of ["a", "b"]) await it.send(slow, { ...small, text })
      await it.send(slow, small)
      await it.send(slow, small)
      await expect(it.send(slow, small)).rejects.toThrow("is full")
      expect(lost).toBe(0)
    })

    test("takes names of 99 characters", async () => {
      const it = await layer()
      const channel = await it.newChannel()
      const group = "a".repeat(99)
      await it.groupAdd(group, channel)
      await it.groupSend(group, { type: "x" })
      expect(await receive(it, channel)).toEqual({ type: "x" })
    })
  })
}

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { numbers } from "../support/conversation.ts"
import { layerBeside, useDeliveringChat } from "../support/delivering-chat.ts"
import { eventsOf, fill } from "../support/filled-room.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

const group = (room: string) => `chat_${room}`

describe.each(deliveringSteps)("in %s,", (step) => {
  const chat = useDeliveringChat(step)

  test("one order across processes: all see the same, once, and without a hole", async () => {
    const { server, other, ann, bob } = chat()
    const writers = await Promise.all([
      Visitor.enter(server, "order", ann),
      Visitor.enter(server, "order", bob),
      Visitor.enter(other, "order", ann),
      Visitor.enter(other, "order", bob),
    ])
    const each = 50
    for (const number of numbers(1, each)) {
      for (const [index, writer] of writers.entries()) {
        writer.say(`${index} ${number}`, `order ${index} ${number}`)
      }
    }
    const logs = await Promise.all(
      writers.map(async (writer) => {
        const all = []
        while (texts(all).length < each * writers.length) {
          all.push(await writer.next())
        }
        return all.filter(({ message }) => message !== undefined)
      }),
    )
    const [first = []] = logs
    expect(ids(first)).toEqual([...new Set(ids(first))].sort((a, b) => a - b))
    expect(first.map(({ previous }) => previous)).toEqual(
      [0, ...ids(first)].slice(0, -1),
    )
    for (const log of logs) {
      expect(ids(log)).toEqual(ids(first))
      expect(texts(log)).toEqual(texts(first))
    }
    for (const index of writers.keys()) {
      const own = texts(first).filter((it) => `${it}`.startsWith(`${index} `))
      expect(own).toEqual(numbers(1, each).map((it) => `${index} ${it}`))
    }
  })

  test("events out of order across processes, double or lost: each message is shown once, in order", async () => {
    const { env, server, ann, bob } = chat()
    const layer = await layerBeside(env)
    const count = 8
    const arrivals = fc.array(fc.integer({ min: 0, max: count - 1 }), {
      minLength: 1,
      maxLength: 20,
    })
    let rooms = 0
    const property = fc.asyncProperty(arrivals, async (arriving) => {
      const room = `shuffled-${rooms++}`
      const reader = await Visitor.enter(server, room, bob)
      const writer = await Visitor.enter(server, room, ann)
      // The first half is stored when the first event comes, the rest later.
      const parts = [arriving.filter((it) => it < count / 2), arriving]
      for (const [part, arrivingNow] of parts.entries()) {
        await fill(env, room, count / 2, { from: 1 + (part * count) / 2 })
        const events = await eventsOf(env, room)
        for (const index of arrivingNow) {
          const event = events[index]
          if (event) await layer.groupSend(group(room), event)
        }
      }
      writer.say("marker", room)
      const wanted = [...numbers(1, count), "marker"]
      expect(texts(await reader.upTo("marker"))).toEqual(wanted)
      await Promise.all([reader.drop(), writer.drop()])
    })
    await fc.assert(property, { numRuns: 25 })
  })

  test("an event without an id is shown as it is, and moves nothing", async () => {
    const { env, server, ann, bob } = chat()
    const layer = await layerBeside(env)
    const room = "django"
    const reader = await Visitor.enter(server, room, bob)
    await fill(env, room, 2)
    const type = "chat.message"
    await layer.groupSend(group(room), { type, message: "from elsewhere" })
    expect(await reader.next()).toEqual({ message: "from elsewhere" })
    const writer = await Visitor.enter(server, room, ann)
    writer.say("3", "django 3")
    expect(texts(await reader.upTo("3"))).toEqual(["1", "2", "3"])
  })

  test("a reading never moves the position past what it found: a forged event with a huge id hides no message", async () => {
    const { env, server, ann, bob } = chat()
    const layer = await layerBeside(env)
    const room = "forged"
    const reader = await Visitor.enter(server, room, bob)
    const writer = await Visitor.enter(server, room, ann)
    const forged = {
      type: "chat.message",
      message: "forged",
      author: "mallory",
      timestamp: "2026-11-25T00:00:00.000Z",
    }
    writer.say("1", "forged 1")
    const [shown] = await reader.upTo("1")
    const first = Number(shown?.id)
    for (const id of [1_000_000, Number.MAX_SAFE_INTEGER]) {
      await layer.groupSend(group(room), { ...forged, id, previous: 5_000 })
    }
    // One that is older than what was shown is dropped, whatever else it has.
    for (const id of [first, 0, -1]) {
      await layer.groupSend(group(room), { ...forged, id, previous: first })
    }
    writer.say("2", "forged 2")
    writer.say("3", "forged 3")
    expect(texts(await reader.upTo("3"))).toEqual(["2", "3"])
    const back = await reader.return(server, room, bob)
    expect(back.joined).toMatchObject({ recovered: true, count: 0 })
  })

  test.each([
    ["no previous, as of a server of step 7", undefined],
    ["a previous that is a string", "0"],
    ["a previous that is null", null],
    ["a previous that is no number", Number.NaN],
    ["a previous that is a list", [0]],
  ])(
    "an event with %s only says that there is something to read",
    async (_what, previous) => {
      const { env, server, bob } = chat()
      const layer = await layerBeside(env)
      const room = `previous-${JSON.stringify(previous ?? "no")}`.replace(
        /\W/g,
        "",
      )
      const reader = await Visitor.enter(server, room, bob)
      await fill(env, room, 2)
      const events = await eventsOf(env, room)
      for (const event of events) {
        const { previous: _previous, ...rest } = event
        const changed = previous === undefined ? rest : { ...rest, previous }
        await layer.groupSend(group(room), { ...changed, message: "changed" })
      }
      const marker = { type: "chat.message", message: "marker" }
      await layer.groupSend(group(room), marker)
      expect(texts(await reader.upTo("marker"))).toEqual(["1", "2", "marker"])
    },
  )

  test.each([
    ["a string", "1"],
    ["null", null],
    ["a list", [1]],
    ["true", true],
    ["no number", Number.NaN],
    ["endless", Number.POSITIVE_INFINITY],
    ["a fraction", 1.5],
  ])(
    "an event whose id is %s is shown without an id, and moves nothing",
    async (what, id) => {
      const { env, server, ann, bob } = chat()
      const layer = await layerBeside(env)
      const room = `id-${what}`.replaceAll(" ", "-")
      const reader = await Visitor.enter(server, room, bob)
      const writer = await Visitor.enter(server, room, ann)
      const odd = { type: "chat.message", message: "odd", id, previous: 0 }
      await layer.groupSend(group(room), odd)
      expect(await reader.next()).toEqual({ message: "odd" })
      for (const number of numbers(1, 3))
        writer.say(number, `${room} ${number}`)
      expect(texts(await reader.upTo("3"))).toEqual(["1", "2", "3"])
      const back = await reader.return(server, room, bob)
      expect(back.joined).toMatchObject({ recovered: true, count: 0 })
    },
  )
})

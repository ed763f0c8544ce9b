import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { batchingInProcess } from "../support/batching-in-process.ts"
import { load } from "../support/load.ts"

const { EarlyEvents } = await load<
  typeof import("../../steps/10-batching/early-events.ts")
>("10-batching/early-events.ts")

const eventOf = (id: number, previous: unknown = id - 1) => {
  const message = `message ${id}`
  const author = "ann"
  return { type: "chat.message" as const, message, author, id, previous }
}

describe("messages of two processes overtake each other:", () => {
  test("each waits for the one that it follows, and the room is not read", async () => {
    const { enter, layer } = await batchingInProcess()
    const ids = Array.from({ length: 12 }, (_, index) => index + 1)
    let rooms = 0
    const property = fc.asyncProperty(
      fc.shuffledSubarray(ids, { minLength: ids.length }),
      async (shuffled) => {
        const room = `room-${rooms++}`
        const bob = await enter("bob", room)
        // They are in no database: who reads finds nothing.
        for (const id of shuffled) {
          await layer.groupSend(`chat_${room}`, eventOf(id))
        }
        const shown = await bob.messages(ids.length)
        expect(shown.map(({ id }) => id)).toEqual(ids)
      },
    )
    await fc.assert(property, { numRuns: 20 })
  })

  test("if one does not come, the room is read, and shown without a hole", async () => {
    const { enter, layer, messages, authors } = await batchingInProcess()
    const bob = await enter("bob")
    const [ann] = Object.values(authors)
    const stored: number[] = []
    for (const content of ["one", "two", "three"]) {
      const placed = await messages.create(Number(ann?.id), "lobby", content)
      stored.push(placed.id)
    }
    const [, second = 0, third = 0] = stored
    await layer.groupSend("chat_lobby", eventOf(third, second))
    const shown = await bob.messages(3)
    expect(shown.map(({ message }) => message)).toEqual(["one", "two", "three"])
  })

  test("what was read is followed by what waited", async () => {
    const { enter, layer, messages, authors } = await batchingInProcess()
    const bob = await enter("bob")
    const [ann] = Object.values(authors)
    const { id } = await messages.create(Number(ann?.id), "lobby", "stored")
    // These two are in no database.
    for (const later of [id + 2, id + 1]) {
      await layer.groupSend("chat_lobby", eventOf(later))
    }
    const shown = await bob.messages(3)
    expect(shown.map((it) => it.id)).toEqual([id, id + 1, id + 2])
  })

  test("1,000 can wait, and none that follows no id", () => {
    const early = new EarlyEvents()
    for (let id = 2; id <= 1_001; id++) {
      expect(early.keep(eventOf(id))).toBe(true)
    }
    expect(early.keep(eventOf(2_000))).toBe(false)
    early.forgetBefore(500)
    expect(early.length).toBe(501)
    expect(early.keep(eventOf(2_000))).toBe(true)
    for (const previous of [null, "1", {}]) {
      expect(early.keep(eventOf(3_000, previous))).toBe(false)
    }
    expect(early.takeAfter(600)).toMatchObject({ id: 601 })
    expect(early.takeAfter(600)).toBeUndefined()
  })
})

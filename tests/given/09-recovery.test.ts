import { describe, expect, test } from "vitest"
import { numbers } from "../support/conversation.ts"
import { useDeliveringChat } from "../support/delivering-chat.ts"
import { eventsOf, fill } from "../support/filled-room.ts"
import { inDatabase } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

interface Case {
  /** How many messages the room has: "1", "2" and so on. */
  readonly stored: number
  /** How many of the oldest ones were deleted. */
  readonly deleted?: number
  /** Which of them the client has shown last; or what it sends instead.
   * Omitted on a first visit. */
  readonly since?: number | string
  /** From which database it has that: from this one, if omitted. */
  readonly epoch?: string
}

interface Outcome {
  readonly recovered: boolean
  readonly messages: readonly string[]
}

const neverExisted = "the next id, which no message has"

/** It gets all that it has missed. */
const all = (from: number, to: number): Outcome => {
  return { recovered: true, messages: numbers(from, to) }
}

/** It gets the newest messages instead. */
const newest = (from: number, to: number): Outcome => {
  return { recovered: false, messages: numbers(from, to) }
}

const nothing = all(1, 0)

/** Those of Centrifuge's own checks, with the limits of this step. */
const cases: readonly (readonly [what: string, Case, Outcome])[] = [
  ["a first visit: the last ten", { stored: 20 }, all(11, 20)],
  ["a first visit to an empty room: nothing", { stored: 0 }, nothing],
  ["an empty room, since 0: nothing", { stored: 0, since: 0 }, nothing],
  ["since 0: all of it", { stored: 4, since: 0 }, all(1, 4)],
  ["since the eighth of ten: two", { stored: 10, since: 8 }, all(9, 10)],
  ["at the top: nothing", { stored: 7, since: 7 }, nothing],
  [
    "1,000 messages missed: all of them",
    { stored: 1_005, since: 5 },
    all(6, 1_005),
  ],
  [
    "too much missed, 1,001 messages: the last 50",
    { stored: 1_006, since: 5 },
    newest(957, 1_006),
  ],
  [
    "a position that never existed: the last 50",
    { stored: 60, since: neverExisted },
    newest(11, 60),
  ],
  [
    "a position that never existed, in a small room: all there is",
    { stored: 3, since: neverExisted },
    newest(1, 3),
  ],
  [
    "a position that never existed, in an empty room: nothing",
    { stored: 0, since: neverExisted },
    newest(1, 0),
  ],
  [
    "another epoch: the last 50",
    { stored: 60, since: 58, epoch: "another" },
    newest(11, 60),
  ],
  [
    "another epoch, at the top: the last 50, its message was another one",
    { stored: 60, since: 60, epoch: "another" },
    newest(11, 60),
  ],
  [
    "another epoch, since 0: the last 50",
    { stored: 60, since: 0, epoch: "another" },
    newest(11, 60),
  ],
  [
    "no epoch: the last 50",
    { stored: 60, since: 58, epoch: "" },
    newest(11, 60),
  ],
  [
    "its message was deleted: what came after it",
    { stored: 20, deleted: 10, since: 8 },
    all(11, 20),
  ],
  [
    "all messages were deleted: nothing",
    { stored: 10, deleted: 10, since: 8 },
    nothing,
  ],
  [
    "its message was the only one, and was deleted: nothing",
    { stored: 1, deleted: 1, since: 1 },
    nothing,
  ],
  ...["-1", "1.5", "one", "0x1", "1e0", " 1", "9".repeat(16)].map((since) => {
    const what = `since "${since}", which is no id: the last 50`
    return [what, { stored: 60, since }, newest(11, 60)] as const
  }),
]

describe.each(deliveringSteps)("in %s, what a client gets first:", (step) => {
  const chat = useDeliveringChat(step)
  let rooms = 0

  test.each(cases)("%s", async (_what, it, outcome) => {
    const { env, server, bob } = chat()
    const room = `room-${++rooms}`
    const stored = await fill(env, room, it.stored)
    const deleted = stored.slice(0, it.deleted ?? 0)
    await inDatabase(env, `DELETE FROM messages WHERE id IN (${deleted})`)
    const { epoch } = (await Visitor.enter(server, "quiet", bob)).joined

    const { since } = it
    const position =
      typeof since === "number" ? (stored[since - 1] ?? 0) : since
    const visit = {
      since: since === neverExisted ? (await highestId(env)) + 1 : position,
      epoch: it.epoch ?? epoch,
    }
    const { joined, missed } = await Visitor.enter(server, room, bob, visit)
    const { recovered, messages } = outcome
    const count = messages.length
    const stays = recovered ? (position ?? 0) : 0
    const last = count > 0 ? stored.at(-1) : stays
    expect(joined).toEqual({ epoch, recovered, count, last })
    expect(texts(missed)).toEqual(messages)
    const events = count > 0 ? (await eventsOf(env, room)).slice(-count) : []
    expect(missed).toEqual(events.map(({ type: _type, ...frame }) => frame))
  })

  test("since the id of a message in another room: what came here after it", async () => {
    const { env, server, bob } = chat()
    const room = `room-${++rooms}`
    await fill(env, room, 3)
    const [since = 0] = await fill(env, "another", 1)
    const { epoch } = (await Visitor.enter(server, "quiet", bob)).joined
    const visit = { since, epoch }
    const first = await Visitor.enter(server, room, bob, visit)
    const nothingYet = { epoch, recovered: true, count: 0, last: since }
    expect(first.joined).toEqual(nothingYet)
    const [fourth, last] = await fill(env, room, 2, { from: 4 })
    const { joined, missed } = await Visitor.enter(server, room, bob, visit)
    expect(joined).toEqual({ epoch, recovered: true, count: 2, last })
    expect(ids(missed)).toEqual([fourth, last])
  })
})

/** The highest id that any message ever had. */
async function highestId(env: NodeJS.ProcessEnv): Promise<number> {
  const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'messages'"
  const [row] = await inDatabase<{ seq: number }>(env, sql)
  return row?.seq ?? 0
}

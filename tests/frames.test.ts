import { describe, expect, test } from "vitest"
import { listSteps } from "../workbook/steps.ts"
import { signUp } from "./support/accounts.ts"
import { ask } from "./support/ask.ts"
import {
  assertContract,
  contractOf,
  frameSchema,
  validatorOf,
} from "./support/frame-contract.ts"
import { frames } from "./support/golden.ts"
import { connect, ownEnvironment, startServer } from "./support/servers.ts"

const lobby = "/ws/chat/lobby/"
const [first, since] = [`${lobby}?since=`, `${lobby}?since=41&epoch=k3f9`]

describe("the schema of the frames", () => {
  const examples = Object.entries(frameSchema.$defs).flatMap(
    ([name, { examples = [] }]) => examples.map((it) => [name, it] as const),
  )
  test.each(examples)("%s fits its own example", (name, example) => {
    expect(validatorOf(name)(example)).toBe(true)
  })

  test("has the frames of every step", () => {
    for (const { number } of listSteps()) {
      const isValid = contractOf("client", number, lobby)
      expect(isValid({ message: "hi" }), `step ${number}`).toBe(true)
    }
  })

  const texts = frames.flatMap(({ id, what, frame, answer }) => {
    const isShort = typeof frame === "string" && frame.length < 100_000
    return isShort ? [{ id, what, frame, isTaken: "message" in answer }] : []
  })
  test.each(texts)(
    "allows a client what the server takes, and only that: $id, $what",
    ({ frame, isTaken }) => {
      for (const { number } of listSteps()) {
        const isValid = contractOf("client", number, lobby)
        expect(isValid(parsed(frame)), `step ${number}`).toBe(isTaken)
      }
    },
  )

  test.each([
    ["from a length of 1", "k", true],
    ["up to a length of 64", "k".repeat(64), true],
    ["not without a character", "", false],
    ["not with 65 characters", "k".repeat(65), false],
    ["not as a number", 5, false],
  ])("allows a key in step 9, %s", (_, key, isAllowed) => {
    const isValid = validatorOf("keyed-message")
    expect(isValid({ message: "hi", key })).toBe(isAllowed)
  })
})

const message = { message: "hi", author: "ann" }
const stored = { ...message, id: 45, timestamp: "2026-01-31T12:00:00.000Z" }
const placed = { ...stored, previous: 44 }
const joined = { epoch: "k3f9", recovered: true, count: 3, last: 44 }

test.each<[step: string, address: string, frame: unknown]>([
  ["03-pages", lobby, { message: "hi" }],
  ["05-redis", lobby, { message: "hi" }],
  ["06-accounts", lobby, message],
  ["07-history", lobby, stored],
  ["07-history", lobby, { message: "from another program" }],
  ["08-guard", lobby, { error: "Not sent", retryAfter: 0.2 }],
  ["09-delivery", lobby, stored],
  ["09-delivery", first, { joined }],
  ["09-delivery", since, placed],
  ["09-delivery", since, { ...placed, key: "k" }],
  ["09-delivery", since, { error: "Not saved", key: "k", retryAfter: 2 }],
  ["09-delivery", since, { ack: "k", id: 45 }],
  ["09-delivery", since, { last: 45 }],
  ["11-django", lobby, { message: "ann: 1d6: 4 = 4", author: "the dice" }],
  ["11-django", since, { message: "from Django", author: "ann" }],
  ["11-django", since, { ...placed, author: `${"x".repeat(150)} (here)` }],
])("%s may send on %s: %j", (step, address, frame) => {
  assertContract(step, address, [JSON.stringify(frame)])
})

test.each<[step: string, address: string, frame: unknown]>([
  ["01-echo", lobby, {}],
  ["03-pages", lobby, { message: 5 }],
  ["05-redis", lobby, message],
  ["06-accounts", lobby, stored],
  ["07-history", lobby, message],
  ["07-history", lobby, placed],
  ["07-history", lobby, { ...stored, id: "45" }],
  ["07-history", lobby, { ...stored, timestamp: "2026-01-31 12:00:00" }],
  ["07-history", lobby, { error: "Not sent", retryAfter: 0.2 }],
  ["08-guard", lobby, { ...stored, type: "chat.message" }],
  ["08-guard", lobby, { error: "Not sent", retryAfter: 0 }],
  ["09-delivery", lobby, placed],
  ["09-delivery", lobby, { joined }],
  ["09-delivery", lobby, { last: 45 }],
  ["09-delivery", since, stored],
  ["09-delivery", since, { ...placed, key: null }],
  ["09-delivery", since, { ack: "k" }],
  ["09-delivery", since, { joined: { ...joined, count: 1_001 } }],
  ["09-delivery", since, { joined: { ...joined, recovered: "yes" } }],
  ["10-batching", since, message],
  ["11-django", since, { ...message, key: "k" }],
  ["11-django", since, { ...placed, author: "x".repeat(151) }],
])("%s may not send on %s: %j", (step, address, frame) => {
  const sent = [JSON.stringify(frame)]
  expect(() => assertContract(step, address, sent)).toThrow(sent[0])
})

test("a conversation with step 9 fits the schema", async () => {
  const server = await startServer("09-delivery", await ownEnvironment())
  const headers = await signUp(server, "ann")
  const ann = await connect(server, first, { headers })
  const kinds = [Object.keys(await ann.nextFrame())]
  const key = "k".repeat(64)
  for (const [fields, answers] of [
    [{ message: "hi", key }, 2],
    [{ message: "other", key }, 1],
    [{ message: "without a key" }, 1],
    [{ message: 5 }, 1],
  ] as const) {
    ann.send(JSON.stringify(fields))
    for (const frame of await ann.nextFrames(answers)) {
      kinds.push(Object.keys(frame))
    }
  }
  const placedFields = Object.keys(placed).sort()
  expect(kinds.map((it) => it.sort())).toEqual([
    ["joined"],
    ["ack", "id"],
    [...placedFields, "key"].sort(),
    ["error", "key"],
    placedFields,
    ["error"],
  ])
  const path = "/chat/lobby/messages/?before=99"
  const older: unknown = await (await ask(server, path, { headers })).json()
  expect(validatorOf("older-messages-9")(older)).toBe(true)
})

/** What is not JSON is no frame. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

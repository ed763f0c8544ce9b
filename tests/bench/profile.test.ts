import { expect, test } from "vitest"
import {
  functionsOf,
  partsOf,
  type RawProfile,
} from "../../bench/profiling/profile.ts"
import { readProfiles } from "../../bench/profiling/read-profiles.ts"
import { takeProfile } from "../../bench/profiling/take.ts"

/** A process that was seen so often in each of these functions, in a second. */
function rawOf(cpuMs: number, seen: [string, string, number][]): RawProfile {
  const nodes = seen.map(([functionName, url], id) => {
    return { id, callFrame: { functionName, url } }
  })
  const samples = seen.flatMap(([, , times], id) => Array(times).fill(id))
  const clock = { startTime: 0, endTime: 1_000_000 }
  return { cpuMs, profile: { nodes, samples, ...clock } }
}

const steps = "file:///anywhere/steps"
const packages = "file:///anywhere/node_modules"

test("a profile divides the CPU time of both processes among its parts", () => {
  const first = rawOf(300, [
    ["(idle)", "", 50],
    ["show", `${steps}/10-batching/chat-consumer.ts`, 2],
    ["writev", "", 1],
  ])
  const second = rawOf(100, [
    ["show", `${steps}/10-batching/chat-consumer.ts`, 1],
    ["", `${packages}/ws/lib/sender.js`, 3],
  ])
  // 100 deliveries in that second: 1 ms of a process is 10 µs of a delivery.
  const found = partsOf(functionsOf([first, second]), 100, 5_000)
  const times = found.filter(({ time }) => time > 0)
  const show = { name: "show", file: "steps/10-batching/chat-consumer.ts" }
  expect(times).toEqual([
    {
      part: "Consumers and queues",
      time: 2_250,
      functions: [{ ...show, time: 2_250 }],
    },
    {
      part: "Writing to sockets",
      time: 1_000,
      functions: [{ name: "writev", file: "", time: 1_000 }],
    },
    { part: "Redis and other threads", time: 1_000, functions: [] },
    {
      part: "ws",
      time: 750,
      functions: [{ name: "(unnamed)", file: "ws/lib/sender.js", time: 750 }],
    },
  ])
})

test.each([
  ["frame", `${packages}/ws/lib/sender.js`, "ws"],
  ["holdBack", `${steps}/10-batching/frames/corked-writer.ts`, "Server and"],
  ["take", `${steps}/01-echo/queue.ts`, "Consumers and queues"],
  ["catchUp", `${steps}/09-delivery/rooms/reader.ts`, "Rooms, groups, layer"],
  ["insert", `${steps}/10-batching/commits/batched-messages.ts`, "Storing"],
  ["Statement", "", "Storing messages"],
  ["decode", `${packages}/@msgpack/msgpack/dist.cjs/Decoder.cjs`, "ioredis"],
  ["emit", "node:events", "Node's streams and timers"],
  ["(garbage collector)", "", "Garbage collection"],
  ["(program)", "", "Other native code"],
])("%s in %s is counted as %s", (name, url, part) => {
  const [found] = partsOf(functionsOf([rawOf(1, [[name, url, 1]])]), 1, 1)
  expect(found?.part).toMatch(new RegExp(`^${part}`))
})

test("a profile of step 10 is complete", async () => {
  const pace = { warmUpMs: 200, measureMs: 1_000 }
  const profile = await takeProfile({ step: "10-batching", row: "room", pace })
  const time = (part: string) => {
    return profile.parts.find((it) => it.part === part)?.time ?? 0
  }
  const most = ["Consumers and queues", "Storing messages"]
  for (const part of [...most, "Writing to sockets"]) {
    expect(time(part), part).toBeGreaterThan(0.01 * profile.cost)
  }
  const sum = profile.parts.reduce((sum, it) => sum + it.time, 0)
  expect(sum).toBeGreaterThanOrEqual(profile.cost * 0.999)
  expect(sum).toBeLessThan(profile.cost * 1.1)
})

test("the profiles that are kept hold no path of a machine", () => {
  const files = readProfiles().flatMap(({ parts }) => {
    return parts.flatMap(({ functions }) => functions.map(({ file }) => file))
  })
  expect(files.length).toBeGreaterThan(20)
  for (const file of files) expect(file).not.toMatch(/^\/|^file:/)
})

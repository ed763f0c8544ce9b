import { encode } from "@msgpack/msgpack"
import type { Redis } from "ioredis"
import { expect } from "vitest"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { type Command, Monitor } from "./monitor.ts"
import type { WireLayer } from "./python-layer.ts"
import { soon } from "./soon.ts"
import { WireText } from "./wire-text.ts"

/** So many messages may wait in each queue of the conversation. */
export const wireCapacity = 2

const room = "chat_lobby"
const [hello, later] = [
  { type: "chat.message", message: "hello" },
  { type: "chat.message", message: "é 😀" },
]
const job = (id: number) => ({ type: "generate", id })

/** What a layer sent to Redis in the conversation. */
export interface Recording {
  /** Each step, with its commands and what came of it. */
  readonly sending: readonly string[]
  /** For each queue that was read, its name and all commands about reading it. */
  readonly reading: readonly string[]
}

/** Lets a layer do everything that one can do, on a Redis of its own, and
 * records what it sends there.
 * @param redis a client of the test on that Redis */
export async function recordConversation(
  layer: WireLayer,
  redis: Redis,
): Promise<Recording> {
  await placeOldThings(redis)
  const monitor = await Monitor.open(redis)
  const text = new WireText(["process", "ann", "bob"])
  const sending: string[] = []
  const reading: Command[] = []

  const step = async (
    title: string,
    work: () => Promise<readonly string[]>,
  ) => {
    const results = await soon(title, work())
    const commands = await monitor.drain()
    const sent = commands.filter((it) => !isReading(it))
    const lines = sent.map((it) => text.line(it))
    sending.push("", `# ${title}`, ...lines, ...results)
    reading.push(...commands.filter(isReading))
  }
  const received = async (name: string, channel: string) => {
    const event = await layer.receive(channel)
    return `-> ${name} receives ${JSON.stringify(event)}`
  }
  const offered = async (channel: string, event: LayerEvent) => {
    try {
      await layer.send(channel, event)
      return []
    } catch (error) {
      return [isFull(error) ? "-> ChannelFull" : `-> ${error}`]
    }
  }

  let ann = ""
  let bob = ""
  await step("Ann and Bob open channels", async () => {
    ann = await layer.newChannel()
    bob = await layer.newChannel()
    return []
  })
  await step("both join a room", async () => {
    await layer.groupAdd(room, ann)
    await layer.groupAdd(room, bob)
    return []
  })
  await step("the room gets a message, and forgets an old member", async () => {
    await layer.groupSend(room, hello)
    return [await received("Ann", ann), await received("Bob", bob)]
  })
  await step("Bob's channel gets a message", async () => {
    await layer.send(bob, later)
    return [await received("Bob", bob)]
  })
  await step("a fixed channel gets a message", async () => {
    await layer.send("thumbnails-generate", job(123456789))
    return [await received("a worker", "thumbnails-generate")]
  })
  await step("a fixed channel joins, and the room gets a message", async () => {
    await layer.groupAdd(room, "audit")
    await layer.groupSend(room, later)
    return [
      await received("Ann", ann),
      await received("Bob", bob),
      await received("a worker", "audit"),
    ]
  })
  await step("a fixed channel gets more than it can hold", async () => [
    ...(await offered("full", job(1))),
    ...(await offered("full", job(2))),
    ...(await offered("full", job(3))),
  ])
  await step("a group with a full channel gets a message", async () => {
    await layer.groupAdd("crowd", "full")
    await layer.groupSend("crowd", job(4))
    await layer.groupDiscard("crowd", "full")
    const first = await received("a worker", "full")
    return [first, await received("a worker", "full")]
  })
  await step(
    "a channel gets a message, and forgets an expired one",
    async () => {
      await layer.send("late", job(2))
      return [await received("a worker", "late")]
    },
  )
  await step("Bob leaves twice, and the room gets a message", async () => {
    await layer.groupDiscard(room, bob)
    await layer.groupDiscard(room, bob)
    await layer.groupDiscard(room, "audit")
    await layer.groupSend(room, hello)
    return [await received("Ann", ann)]
  })
  await step("all have left, and the room gets a message", async () => {
    await layer.groupDiscard(room, ann)
    await layer.groupSend(room, hello)
    return []
  })
  await expect
    .poll(async () => {
      const keys = await redis.keys("*")
      reading.push(...(await monitor.drain()).filter(isReading))
      return keys.length === 0 && isWaiting(reading)
    })
    .toBe(true)
  return { sending, reading: byQueue(reading, text) }
}

/** The recording as a file: sections with a title, and a command a line. */
export function asText({ sending, reading }: Recording): string {
  return `${[...sending, ...reading].join("\n").trim()}\n`
}

/** An old message and an old member: instead of waiting until some are old. */
async function placeOldThings(redis: Redis): Promise<void> {
  const now = Date.now() / 1_000
  const message = Buffer.concat([Buffer.alloc(12), encode(job(1))])
  await redis.zadd("asgilate", now - 90, message)
  await redis.zadd(`asgi:group:${room}`, now - 90_000, "specific.old!old")
}

/** Python's error comes with the name of its class, ours with a sentence. */
function isFull(error: unknown): boolean {
  return /^Error: (ChannelFull|Channel full is full)/.test(`${error}`)
}

function isReading({ words: [name, key, count] }: Command): boolean {
  if (name === "EVAL") return count === "0"
  if (name === "BZPOPMIN" || name === "ZPOPMIN") return true
  return key?.endsWith("$inflight") ?? false
}

function queueOf({ words }: Command): string {
  const key = words[0] === "EVAL" ? words[3] : words[1]
  return (key ?? "").replace(/\$inflight$/, "")
}

/** Whether the process waits for its next message. */
function isWaiting(reading: readonly Command[]): boolean {
  const own = reading.filter((it) => queueOf(it).endsWith("!"))
  return own.at(-1)?.words[0] === "BZPOPMIN"
}

function byQueue(reading: readonly Command[], text: WireText): string[] {
  const queues = [...new Set(reading.map(queueOf))]
  return queues.flatMap((queue) => {
    const commands = reading.filter((it) => queueOf(it) === queue)
    const lines = commands.map((it) => text.line(it))
    // Only the process's own queue is read while there is nothing in it.
    const isOwn = queue.endsWith("!")
    const all = isOwn ? withoutIdle(lines) : lines
    return ["", `# reading ${text.word(queue)}`, ...all]
  })
}

/** Every five seconds, an idle reader asks again: that depends on the time. */
function withoutIdle(lines: readonly string[]): string[] {
  const text = lines.join("\n")
  return text.replace(/EVAL .*\nBZPOPMIN .*\n(?=EVAL)/g, "").split("\n")
}

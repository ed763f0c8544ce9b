import { randomBytes } from "node:crypto"
import { setTimeout as delay } from "node:timers/promises"
import { encode } from "@msgpack/msgpack"
import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { ownRedis } from "../support/own-redis.ts"
import { quickUsers } from "../support/quick-users.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { did } from "../support/story.ts"
import { type Frame, texts, Visitor } from "../support/visitor.ts"
import { Worker } from "../support/worker.ts"

const step = "11-django"
const kinds = ["pubsub", "core"] as const
type Kind = (typeof kinds)[number]

/** A server, with Ann and Bob in the lobby, and a look at its Redis.
 * @param more of its environment, which workers get as well */
async function chat(kind: Kind, more: NodeJS.ProcessEnv = {}) {
  const own = { LIMITS: "off", CHANNEL_LAYER: kind, ...more }
  const env: NodeJS.ProcessEnv = { ...(await ownEnvironment()), ...own }
  const server = await startServer(step, env)
  const [forAnn = {}, forBob = {}] = await quickUsers(env, ["ann", "bob"])
  const ann = await Visitor.enter(server, "lobby", forAnn, { name: "Ann" })
  const bob = await Visitor.enter(server, "lobby", forBob, { name: "Bob" })
  const url = env.REDIS_URL || process.env.REDIS_URL || defaultRedisUrl
  const redis = new Redis(url, { lazyConnect: true })
  redis.on("error", () => {}) // a check may stop it
  await redis.connect()
  onTestFinished(() => redis.disconnect())
  const key = `${env.CHANNEL_PREFIX}dice`

  /** Resolves when so many workers get what is sent from now on. */
  async function listening(workers: number): Promise<void> {
    if (kind === "core") return // the queue waits for them
    await until(`${workers} workers that listen`, async () => {
      const [, count] = await redis.pubsub("NUMSUB", key)
      return Number(count) === workers
    })
  }

  async function startWorkers(count: number): Promise<Worker[]> {
    const start = () => Worker.start(env)
    const workers = await Promise.all(Array.from({ length: count }, start))
    await listening(count)
    return workers
  }

  return { env, server, forAnn, ann, bob, redis, key, listening, startWorkers }
}

/** Asks again and again, but not for long.
 * @throws Unmet */
async function until(
  what: string,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await isThere())) {
    if (performance.now() > end) throw new Unmet(what, "nothing within 10 s")
    await delay(20)
  }
}

const isAnswer = ({ author }: Frame) => author === "the dice"

/** The dice of the next answers: "2d6". */
async function answersFor(visitor: Visitor, count: number): Promise<unknown[]> {
  const dice: unknown[] = []
  while (dice.length < count) {
    const frame = await visitor.next()
    if (isAnswer(frame)) dice.push(/^\w+: (\w+):/.exec(`${frame.message}`)?.[1])
  }
  return dice
}

/** So many different rolls. */
function rolls(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `1d${index + 2}`)
}

function roll(visitor: Visitor, dice: readonly string[]): void {
  for (const one of dice) visitor.say(`/roll ${one}`, `roll ${one}`)
}

describe.each(kinds)("with %s,", (kind) => {
  test("a roll is shown, stored, and answered into its room only", async () => {
    const { server, forAnn, ann, bob, startWorkers } = await chat(kind)
    const other = await Visitor.enter(server, "other", forAnn)
    await startWorkers(1)
    ann.say("/roll 2d6", "key 1")
    for (const one of [ann, bob]) {
      const frames = await one.upTo("/roll 2d6")
      expect(frames.at(-1)).toMatchObject({ author: "ann", previous: 0 })
      expect(await one.next()).toEqual({
        author: "the dice",
        message: expect.stringMatching(/^ann: 2d6: \d \+ \d = \d+$/),
      })
    }
    other.say("in the other room", "key 2")
    expect(texts(await other.upTo("in the other room"))).toHaveLength(1)
    const late = await Visitor.enter(server, "lobby", forAnn)
    expect(texts(late.missed), "what is stored").toEqual(["/roll 2d6"])
  })

  test("while a worker hangs, the chat goes on, and the answer comes later", async () => {
    const { ann, bob, startWorkers } = await chat(kind)
    const [worker] = (await startWorkers(1)) as [Worker]
    worker.freeze()
    roll(ann, ["2d6"])
    ann.say("meanwhile", "key")
    const frames = await bob.upTo("meanwhile")
    expect(texts(frames)).toEqual(["/roll 2d6", "meanwhile"])
    worker.goOn()
    expect(await answersFor(bob, 1)).toEqual(["2d6"])
  })

  test("bad input from outside does not end a worker", async () => {
    const { ann, bob, redis, key, startWorkers } = await chat(kind)
    const [worker] = (await startWorkers(1)) as [Worker]
    const large = "x".repeat(1_000_000)
    const right = { type: "dice.roll", room: "lobby", author: "ann" }
    const events: unknown[] = [
      "not a map",
      { dice: "2d6", room: "lobby", author: "ann" },
      { type: "dice.steal", room: "lobby" },
      { type: large },
      { ...right, dice: 6 },
      { ...right, dice: "2d6", author: ["ann"] },
      { ...right, dice: "2d6", author: large },
      { ...right, dice: "2d6", room: { name: "lobby" } },
      { ...right, dice: "2d6", room: "a/b" },
      { ...right, dice: "2d6", room: large },
    ]
    const bodies = events.map((event) => Buffer.from(encode(event)))
    for (const body of [Buffer.from([0xc1, 0xc1]), ...bodies]) {
      if (kind === "pubsub") await redis.publish(key, body)
      else
        await redis.zadd(
          key,
          Date.now() / 1_000 - 1,
          Buffer.concat([randomBytes(12), body]),
        )
    }
    did(`${bodies.length + 1} bad messages are sent to the worker`)
    roll(ann, ["3d6"])
    const frames = await bob.upTo("/roll 3d6")
    frames.push(await bob.next())
    expect(texts(frames)).toEqual([
      "/roll 3d6",
      expect.stringMatching(/^ann: 3d6: /),
    ])
    expect(worker.output).toContain('"dice" must be a string')
    expect(worker.output.length, "what it prints").toBeLessThan(20_000)
  })

  test("while Redis is away, a worker waits; when it is back, it answers", async () => {
    const redis = await ownRedis()
    const { ann, bob, server, startWorkers } = await chat(kind, {
      REDIS_URL: redis.url,
    })
    const [worker] = (await startWorkers(1)) as [Worker]
    await redis.stop("SIGKILL")
    did("Redis is killed")
    for (const one of [server, worker]) await one.printed(/Redis is gone/)
    roll(ann, ["1d2"])
    expect(texts(await bob.upTo("/roll 1d2"))).toEqual(["/roll 1d2"])
    await delay(1_000) // for what it prints while there is no Redis
    expect(worker.output.split("\n").length, "lines").toBeLessThan(60)
    expect(await redis.start()).toBe(true)
    did("Redis is started again")
    for (const one of [server, worker]) await one.printed(/Redis is back/)
    roll(ann, ["1d3"])
    expect(await answersFor(bob, 1)).toEqual(["1d3"])
    await redis.stop("SIGKILL")
    did("Redis is killed again")
    expect(await worker.stop(), "its exit code without Redis").toBe(0)
  })

  test("Ctrl-C or SIGTERM stops a worker, and it leaves nothing in Redis", async () => {
    const { ann, redis, env, startWorkers, listening } = await chat(kind)
    const keys = async () => (await redis.keys(`${env.CHANNEL_PREFIX}*`)).sort()
    const before = await keys()
    const stops = [
      ["SIGINT", "1d6"],
      ["SIGTERM", "2d6"],
    ] as const
    for (const [signal, dice] of stops) {
      const [worker] = (await startWorkers(1)) as [Worker]
      roll(ann, [dice])
      await answersFor(ann, 1)
      expect(await worker.stop(signal)).toBe(0)
      expect(worker.output).not.toMatch(/gone|Cannot|Error/)
      expect(await keys()).toEqual(before)
      await listening(0)
    }
  })
})

test("with core, a roll waits up to a minute for a worker", async () => {
  const { ann, bob, redis, key, startWorkers } = await chat("core")
  roll(ann, ["2d6"])
  ann.say("still here", "key")
  expect(texts(await bob.upTo("still here"))).toHaveLength(2)
  await until("a roll in the queue", async () => (await redis.zcard(key)) === 1)
  const seconds = await redis.ttl(key)
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(60)
  await startWorkers(1)
  expect(await answersFor(bob, 1)).toEqual(["2d6"])
})

test("with pubsub, a roll is lost if no worker listens", async () => {
  const { ann, bob, redis, env, startWorkers } = await chat("pubsub")
  roll(ann, ["2d6"])
  ann.say("still here", "key")
  expect(texts(await bob.upTo("still here"))).toHaveLength(2)
  expect(await redis.keys(`${env.CHANNEL_PREFIX}*`)).toEqual([])
  await startWorkers(1)
  roll(ann, ["3d6"])
  expect(await answersFor(bob, 1)).toEqual(["3d6"])
})

test("with core, one of two workers answers each roll, and only once", async () => {
  const { ann, bob, redis, key, startWorkers } = await chat("core")
  await startWorkers(2)
  const all = rolls(60)
  roll(ann, all)
  const answers = await answersFor(bob, all.length)
  await until("an empty queue", async () => {
    return (await redis.exists(key, `${key}$inflight`)) === 0
  })
  roll(ann, ["20d6", "19d6"])
  answers.push(...(await answersFor(bob, 2)))
  expect(answers.map(String).sort()).toEqual([...all, "20d6", "19d6"].sort())
})

test("with pubsub, each of two workers answers each roll", async () => {
  const { ann, bob, startWorkers } = await chat("pubsub")
  await startWorkers(2)
  const all = rolls(20)
  roll(ann, all)
  const answers = await answersFor(bob, 2 * all.length)
  expect(answers.map(String).sort()).toEqual([...all, ...all].sort())
})

test("with core, a worker killed in the middle costs one roll at most", async () => {
  const { ann, bob, startWorkers, redis, key } = await chat("core")
  const [killed] = (await startWorkers(1)) as [Worker]
  roll(ann, ["1d2"])
  await answersFor(bob, 1)
  killed.freeze()
  const all = rolls(5)
  ann.say("/roll 1d3", "first")
  for (const dice of all.slice(2)) ann.say(`/roll ${dice}`, dice)
  await until("rolls in the queue", async () => (await redis.zcard(key)) >= 3)
  expect(await killed.stop("SIGKILL")).toBe(null)
  await startWorkers(1)
  ann.say("/roll 20d6", "last")
  const answers: unknown[] = []
  while (answers.at(-1) !== "20d6") answers.push(...(await answersFor(bob, 1)))
  const sent = [...all.slice(1), "20d6"]
  const isMissing = !answers.includes(sent[0])
  expect(answers).toEqual(isMissing ? sent.slice(1) : sent)
})

test("with core, the room is told when the queue is full", async () => {
  const { ann, bob } = await chat("core", { CHANNEL_CAPACITY: "2" })
  for (const dice of ["1d2", "1d3"]) {
    roll(ann, [dice])
    await ann.upTo(`/roll ${dice}`)
  }
  roll(ann, ["1d4"])
  await bob.upTo("/roll 1d4")
  expect(await bob.next()).toEqual({
    author: "the dice",
    message: "Too many rolls are waiting. Try again in a moment.",
  })
})

test("with core, a repeat of a roll is answered once", async () => {
  const { server, forAnn, ann, bob, startWorkers } = await chat("core")
  ann.say("/roll 1d2", "k1")
  await ann.upTo("/roll 1d2")
  const again = await Visitor.enter(server, "lobby", forAnn)
  again.say("/roll 1d2", "k1")
  again.say("/roll 1d3", "k2")
  await again.upTo("/roll 1d3")
  await startWorkers(1)
  expect(await answersFor(bob, 2)).toEqual(["1d2", "1d3"])
})

test("a roll counts as a message: what is refused is not handed over", async () => {
  // Four at once, and one a second after that.
  const limits = { LIMITS: "", LIMIT_MESSAGES: "1" }
  const { ann, redis, key } = await chat("core", limits)
  const all = rolls(20)
  const began = performance.now()
  roll(ann, all)
  const frames = await ann.nextOnes(all.length)
  const refused = () => frames.filter(({ error }) => error !== undefined)
  // A roll that is not refused has two frames: its answer, and the message.
  while (frames.length < 2 * all.length - refused().length) {
    frames.push(await ann.next())
  }
  const most = 4 + (performance.now() - began) / 1_000
  const shown = texts(frames).length
  expect(shown + refused().length).toBe(all.length)
  expect(shown).toBeGreaterThanOrEqual(4)
  expect(shown).toBeLessThanOrEqual(most)
  expect(refused()[0]).toMatchObject({
    error: expect.stringContaining("too fast"),
  })
  await until(`${shown} rolls`, async () => (await redis.zcard(key)) >= shown)
  expect(await redis.zcard(key)).toBe(shown)
})

import { randomBytes } from "node:crypto"
import { setImmediate as turn } from "node:timers/promises"
import { encode } from "@msgpack/msgpack"
import { onTestFinished } from "vitest"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import type { QueueOptions } from "../../steps/11-django/layer/redis-queue.ts"
import { ownPrefix, rawRedis, redisUrl } from "./core-layer.ts"
import { load } from "./load.ts"
import { printedErrors } from "./printed-errors.ts"
import { soon } from "./soon.ts"
import { did } from "./story.ts"

const { RedisQueue } = await load<
  typeof import("../../steps/11-django/layer/redis-queue.ts")
>("11-django/layer/redis-queue.ts")
const { msgpackSerializer } = await load<
  typeof import("../../steps/11-django/layer/serializers.ts")
>("11-django/layer/serializers.ts")

/** A queue, with what it delivers, and another program that puts messages in.
 * @param name of the queue */
export async function queueOfEvents(
  name = "specific.here!",
  options: Partial<QueueOptions> = {},
) {
  const prefix = ownPrefix()
  const redis = rawRedis()
  const queue = new RedisQueue(name, {
    ...{
      prefix,
      url: redisUrl,
      expirySeconds: 60,
      serializer: msgpackSerializer,
    },
    redis: { connectionName: prefix },
    ...options,
  })
  onTestFinished(() => queue.close())
  const key = prefix + name
  onTestFinished(async () => void (await redis.del(key, `${key}$inflight`)))
  const printed: string[] = []
  let fail: (error: Error) => void = () => {}
  printedErrors((line) => {
    did(`printed: ${line}`)
    printed.push(line)
    if (!/message in/.test(line)) fail(new Error(`It printed: ${line}`))
  })
  /** "Ann's channel: hi" for each call of `deliver`. */
  const delivered: string[] = []
  // Later than now: a queue whose messages have waited takes several at once.
  const later = Math.floor(Date.now() / 1_000) + 600
  let time = later

  const it = {
    ...{ delivered, printed, redis, queue, key, later },
    inFlight: `${key}$inflight`,

    /** Puts a message into the queue, after all others.
     * @param at its time, if it is not later than the others */
    async put(
      body: LayerEvent | Buffer | string,
      at = time++,
      into = key,
    ): Promise<void> {
      const bytes = typeof body === "string" ? Buffer.from(body, "hex") : body
      const packed = Buffer.isBuffer(bytes) ? bytes : Buffer.from(encode(bytes))
      const where = into === key ? "the queue" : "what is in flight"
      did(`a message comes into ${where}: ${JSON.stringify(body)}`)
      await redis.zadd(into, at, Buffer.concat([randomBytes(12), packed]))
    },

    /** Waits for `receive`, and fails if it prints an error of its own. */
    async receive(times = 1): Promise<void> {
      const failed = new Promise<never>((_resolve, reject) => {
        fail = reject
      })
      failed.catch(() => {})
      for (let count = 0; count < times; count++) {
        const received = queue.receive((channel, { text }) => {
          did(`deliver(${channel}, the event "${text}")`)
          delivered.push(`${channel}: ${text}`)
        })
        await soon("the end of receive", Promise.race([received, failed]))
      }
    },

    /** Waits until the queue waits for a message. @returns its client's id */
    async untilItWaits(): Promise<string> {
      for (;;) {
        const clients = String(await redis.client("LIST")).split("\n")
        const own = clients.find(
          (line) =>
            line.includes(`name=${prefix} `) && / cmd=bzpop/i.test(line),
        )
        if (own) return /id=(\d+)/.exec(own)?.[1] ?? ""
        await turn()
      }
    },

    async countInFlight(): Promise<number> {
      return redis.zcard(it.inFlight)
    },
  }
  return it
}

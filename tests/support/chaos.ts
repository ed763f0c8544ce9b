import { setTimeout as delay } from "node:timers/promises"
import { Redis } from "ioredis"
import { onTestFinished } from "vitest"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import { Crowd } from "./crowd.ts"
import { showWhatItPrinted } from "./failures.ts"
import { ownRedis } from "./own-redis.ts"
import { quickUsers } from "./quick-users.ts"
import { oneOf, randomFrom } from "./random.ts"
import { ownEnvironment } from "./servers.ts"

export interface ChaosOptions {
  /** Like "09-delivery". An earlier step gets clients of step 7. */
  readonly step: string
  readonly seed: number
  readonly seconds: number
  /** Of all members together. */
  readonly messagesPerSecond: number
  /** How often each process is killed and started again. */
  readonly killSeconds: number
  readonly redisRestarts: number
  /** How long members have in the end to show all. */
  readonly healSeconds: number
}

const [processes, clients, rooms] = [2, 20, 3]

/** Runs a chat on two processes while clients, processes and Redis are
 * interrupted.
 * @returns the crowd, with what it shows in the end, and figures */
export async function chaos(options: ChaosOptions) {
  const { step, seed, seconds, messagesPerSecond, killSeconds } = options
  const random = randomFrom(seed)
  const redis = await ownRedis()
  const own = await ownEnvironment()
  const env = { ...own, LIMITS: "off", REDIS_URL: redis.url }
  const servers: ServerProcess[] = []
  const counts = { resets: 0, kills: 0, redisRestarts: 0, cuts: 0 }
  onTestFinished(async () => {
    for (const server of servers) await server.stop("SIGKILL")
  })
  for (let index = 0; index < processes; index++) servers.push(await start())

  /** A process that finds no Redis ends. It is started again until it finds
   * one, as systemd would do. */
  async function start(): Promise<ServerProcess> {
    for (;;) {
      try {
        const server = await ServerProcess.start(step, env)
        showWhatItPrinted(server)
        return server
      } catch (error) {
        if (!String(error).includes("There is no Redis")) throw error
      }
    }
  }

  const names = Array.from({ length: clients }, (_, index) => `member-${index}`)
  const crowd = new Crowd({
    isPlain: Number.parseInt(step, 10) < 9,
    rooms,
    random,
    // A client may come back to the same process or to the other one.
    origin: () => oneOf(servers, random).socketUrl(""),
    headers: await quickUsers(env, names),
  })
  await becomes(10, () => crowd.members.every(({ client }) => client.isReady))

  const end = AbortSignal.timeout(seconds * 1_000)
  /** @param everySeconds on average
   * @param offset when it begins, in parts of that */
  async function often(
    everySeconds: number,
    action: () => Promise<void> | void,
    offset = random(),
  ): Promise<void> {
    let wait = offset
    for (;;) {
      await delay(wait * everySeconds * 1_000, undefined, {
        signal: end,
      }).catch(() => {})
      if (end.aborted) return
      await action()
      wait = 0.5 + random()
    }
  }

  async function kill(index: number): Promise<void> {
    counts.kills++
    await servers[index]?.stop("SIGKILL")
    servers[index] = await start()
  }

  async function restartRedis(): Promise<void> {
    counts.redisRestarts++
    await redis.stop()
    await delay(random() * 1_500)
    if (!(await redis.start())) throw new Error("Redis does not start again")
  }

  async function cutReceiver(): Promise<void> {
    if (await cutOne(redis.url, random)) counts.cuts++
  }

  const redisSeconds = seconds / (options.redisRestarts + 0.5)
  let restarts = options.redisRestarts
  await Promise.all([
    often(1 / messagesPerSecond, () => crowd.sayOne()),
    often(1, () => {
      counts.resets++
      crowd.resetOne()
    }),
    ...servers.map((_server, index) => {
      return often(killSeconds, () => kill(index), (index + 1) / processes)
    }),
    often(
      redisSeconds,
      () => (restarts-- > 0 ? restartRedis() : undefined),
      0.5,
    ),
    often(5, cutReceiver),
  ])

  const began = performance.now()
  await becomes(options.healSeconds, () => crowd.isComplete)
  const healedMs = Math.round(performance.now() - began)
  const percent = crowd.shownByAll()
  const { said } = crowd
  return { crowd, figures: { percent, seed, said, ...counts, healedMs } }
}

/** Waits until something holds, or until the time is over. */
async function becomes(seconds: number, isSo: () => boolean): Promise<void> {
  const end = AbortSignal.timeout(seconds * 1_000)
  while (!isSo() && !end.aborted) await delay(20)
}

/** Cuts one connection that receives: it subscribes, or waits for a queue.
 * @returns whether there was one, and a Redis */
async function cutOne(url: string, random: () => number): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on("error", () => {}) // it is being restarted
  try {
    await redis.connect()
    const list = String(await redis.client("LIST"))
    const receiving = /^id=(\d+) .*(?: sub=[1-9]| cmd=bzpopmin)/gm
    const ids = [...list.matchAll(receiving)].map(([, id = ""]) => id)
    if (ids.length === 0) return false
    await redis.call("CLIENT", "KILL", "ID", oneOf(ids, random))
    return true
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}

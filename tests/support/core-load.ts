import { setTimeout as delay } from "node:timers/promises"
import { Redis } from "ioredis"
import { onTestFinished } from "vitest"
import { openCore } from "./open-core.ts"
import { ownRedis } from "./own-redis.ts"

/** Returns the keys that never expire. */
const keysWithoutExpiry = `
local keys = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if redis.call('PTTL', key) == -1 then table.insert(keys, key) end
end
return keys`

/** A Redis for one test, with a client of its own. */
export async function emptyRedis() {
  const { url } = await ownRedis()
  const redis = new Redis(url)
  onTestFinished(() => redis.disconnect())
  return { hosts: [url], redis }
}

/** Looks at all keys again and again.
 * @returns a function that stops it and returns how often it looked, and which
 * keys it saw that never expire */
export function watchExpiry(redis: Redis) {
  const seen = new Set<unknown>()
  let looks = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const keys = await redis.eval(keysWithoutExpiry, 0)
      for (const key of [keys].flat()) seen.add(key)
      looks++
      await delay(5)
    }
  })()
  return async () => {
    isOver = true
    await watching
    return { looks, seen: [...seen] }
  }
}

/** Sends messages to a group whose members are in two processes, so many at once
 * that none is lost, and receives all of them.
 * @returns the two layers with their channels, and how long it took */
export async function sendMany(
  hosts: readonly string[],
  count: number,
  atOnce: number,
) {
  const begin = performance.now()
  const [sender, receiver] = [
    await openCore({ hosts }),
    await openCore({ hosts }),
  ]
  const channels = [await sender.newChannel(), await receiver.newChannel()]
  const [own = "", other = ""] = channels
  await sender.groupAdd("room", own)
  await receiver.groupAdd("room", other)
  for (let sent = 0; sent < count; sent += atOnce) {
    const events = Array.from({ length: atOnce }, (_, index) => {
      return sender.groupSend("room", { type: "x", count: sent + index })
    })
    await Promise.all(events)
    for (let left = atOnce; left > 0; ) {
      left -= (await receiver.receiveMany(other, atOnce)).length
    }
    for (let left = atOnce; left > 0; ) {
      left -= (await sender.receiveMany(own, atOnce)).length
    }
  }
  const seconds = (performance.now() - begin) / 1_000
  return { sender, receiver, own, other, seconds }
}

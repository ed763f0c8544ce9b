import fc from "fast-check"
import { Redis } from "ioredis"
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { signUp } from "../support/accounts.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { connectionsOf, memoryMb } from "../support/memory.ts"
import { RawRequest } from "../support/raw-request.ts"
import { connect, useServer } from "../support/servers.ts"

const allCases = Number(process.env.FUZZ_CASES || 10_000)
const cases = Math.ceil(allCases / guardedSteps.length)
const seed = Number(process.env.FUZZ_SEED || Date.now() % 2 ** 31)
const room = "/ws/chat/fuzz/"

/** So many frames go over one socket. */
const batch = 40

/** Of the cases of a step; most are frames. */
const handshakes = Math.ceil(cases / 20)
const requests = Math.ceil(cases / 20)
const batches = Math.ceil((cases * 0.85) / batch)

const text = fc.string({ unit: "binary", maxLength: 200 })

const message = fc.oneof(
  text,
  fc.string({ unit: "grapheme", maxLength: 50 }),
  fc.constantFrom("a".repeat(10_001), "\ud800", "e\u0301".repeat(500), ""),
)

/** What a client may call its message, and call another one as well. */
const key = fc.oneof(
  fc.constantFrom("the same", "", "k".repeat(64), "k".repeat(65), "\ud800"),
  fc.string({ unit: "binary", maxLength: 70 }),
)

/** What a client may send, from what is right to what makes no sense. */
const frame = fc.oneof(
  message.map((it) => JSON.stringify({ message: it })),
  fc.record({ message, key }).map((it) => JSON.stringify(it)),
  fc
    .record({ message: fc.jsonValue(), key: fc.jsonValue() })
    .map((it) => JSON.stringify(it)),
  fc.json(),
  text,
  fc.uint8Array({ maxLength: 300 }),
)

/** Bytes that may be no frame at all, after a real handshake. */
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })

const path = fc.oneof(
  fc.constantFrom(room, "/chat/", "/login/", "/password/", "/%zz", "//", "*"),
  fc.webPath(),
  fc.string({ minLength: 1, maxLength: 50 }).map((it) => `/${encodeURI(it)}`),
)

/** Where a member may ask the server to go on. */
const query = fc.oneof(
  fc.webQueryParameters(),
  fc
    .record({
      since: fc.oneof(text, fc.integer().map(String), fc.double().map(String)),
      epoch: text,
    })
    .map((it) => String(new URLSearchParams(it))),
)

const name = fc.constantFrom(
  "Origin",
  "Host",
  "Cookie",
  "Content-Length",
  "Transfer-Encoding",
  "Content-Type",
  "Upgrade",
  "Connection",
  "Expect",
  "Sec-WebSocket-Key",
  "Sec-WebSocket-Version",
  "Sec-WebSocket-Protocol",
  "Sec-WebSocket-Extensions",
  "X-Forwarded-For",
)

/** Visible characters: others end a request before the application sees it. */
const value = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    "websocket",
    "chunked",
    "0",
    "-1",
    "99999999",
    "13",
    "a=b; c",
  ),
  fc.constantFrom("permessage-deflate", "sessionid=x", "null", "1.1.1.1, 2"),
)

const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS")

const lines = fc.array(fc.tuple(name, value), { maxLength: 5 })

/** Whether it answers a frame of the client: an error, an acknowledgement, or
 * its message, if that has no key. */
function isAnswer({ error, ack, message, key }: Record<string, unknown>) {
  const isMessage = message !== undefined && key === undefined
  return error !== undefined || ack !== undefined || isMessage
}

/** An HTTP status, or 0 if the connection ends without one. */
async function statusOf(request: RawRequest): Promise<number> {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(await request.answer())?.[1] ?? 0)
}

const how = { numRuns: 1, seed, endOnFailure: true }

describe.each(guardedSteps)(
  "whatever comes to %s,",
  { timeout: 3_600_000 },
  (step) => {
    const prefix = `fuzz-${process.pid}-${step}`
    const env = { LIMITS: "off", TRUST_PROXY: "1", CHANNEL_PREFIX: prefix }
    const server = useServer(step, env)
    let headers: { cookie: string }
    let memoryBefore = 0
    let idle = 0
    beforeAll(async () => {
      console.log(
        `To see the same again: FUZZ_SEED=${seed} FUZZ_CASES=${allCases}`,
      )
      headers = await signUp(server(), "ann")
      memoryBefore = memoryMb(server())
      idle = connectionsOf(server())
    })

    /** The server still answers honest people, and has met nothing unexpected. */
    async function isWell(): Promise<void> {
      const client = await connect(server(), room, { headers })
      client.say("marker")
      while ((await client.nextFrame()).message !== "marker");
      await client.close()
      expect(server().output).not.toMatch(/^ +at |Error:/m)
    }

    test("each frame gets one answer, and no socket closes", async () => {
      let rooms = 0 // a new one has no history
      const socketful = fc.array(frame, { minLength: batch, maxLength: batch })
      const property = fc.asyncProperty(socketful, async (frames) => {
        const own = `/ws/chat/fuzz-${rooms++}/?since=`
        const client = await connect(server(), own, { headers })
        for (const data of frames) client.send(data)
        client.say("the end")
        const received = []
        while (received.at(-1)?.message !== "the end") {
          received.push(await client.nextFrame())
        }
        await client.close()
        expect(received.filter(isAnswer)).toHaveLength(frames.length + 1)
      })
      await fc.assert(property, { ...how, numRuns: batches })
      await isWell()
    })

    test("a member may ask for anything in the address", async () => {
      const property = fc.asyncProperty(query, async (asked) => {
        const client = await connect(server(), `${room}?${asked}`, { headers })
        client.say("still here")
        while ((await client.nextFrame()).message !== "still here");
        await client.close()
      })
      await fc.assert(property, { ...how, numRuns: handshakes })
      await isWell()
    })

    test("bytes that are no frames end their own socket only", async () => {
      const property = fc.asyncProperty(bytes, async (data) => {
        const request = await RawRequest.upgrade(server().port, room, {
          Cookie: headers.cookie,
        })
        expect(await request.status()).toBe(101)
        request.write(data)
        request.reset()
      })
      await fc.assert(property, { ...how, numRuns: handshakes })
      await isWell()
    })

    test("handshakes are accepted, refused or dropped", async () => {
      const property = fc.asyncProperty(path, lines, async (address, given) => {
        const request = await RawRequest.upgrade(server().port, room, {
          ...Object.fromEntries(given),
          request: `GET ${address} HTTP/1.1`,
        })
        expect(await statusOf(request)).not.toBe(500)
      })
      await fc.assert(property, { ...how, numRuns: handshakes })
      await isWell()
    })

    test("requests are answered or dropped, and never with 500", async () => {
      const parts = [method, path, lines, text] as const
      const property = fc.asyncProperty(
        ...parts,
        async (verb, to, given, body) => {
          const own = given.map(([header, content]) => `${header}: ${content}`)
          const request = await RawRequest.send(server().port, [
            `${verb} ${to} HTTP/1.1`,
            "Host: localhost",
            "Connection: close",
            ...own,
            "",
            body,
          ])
          expect(await statusOf(request)).not.toBe(500)
        },
      )
      await fc.assert(property, { ...how, numRuns: requests })
      await isWell()
    })

    test("afterwards, nothing of it is left", async () => {
      const redis = new Redis(process.env.REDIS_URL || defaultRedisUrl)
      onTestFinished(() => redis.disconnect())
      const pattern = `${prefix}specific.*`
      const channels = () =>
        redis.pubsub("CHANNELS", pattern) as Promise<string[]>
      await vi.waitUntil(async () => (await channels()).length === 1, 40_000)
      await vi.waitUntil(() => connectionsOf(server()) <= idle, 40_000)
      const more = memoryMb(server()) - memoryBefore
      console.log(`Memory: ${more} MB more than before`)
      expect(more).toBeLessThan(100)
    })
  },
)

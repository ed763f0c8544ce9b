import { describe, expect, test, vi } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { startDeliveringChat } from "../support/delivering-chat.ts"
import { inDatabase } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { patient } from "../support/patient.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

describe.each(deliveringSteps)(
  "in %s, a server that is killed with -9:",
  (step) => {
    test("while a client returns to another, the client misses nothing", async () => {
      const { server, other, ann, bob } = await startDeliveringChat(step)
      const reader = await Visitor.enter(server, "lobby", bob)
      const writer = await Visitor.enter(other, "lobby", ann)
      const [first, rest] = [numbers(1, 50), numbers(51, 300)]
      for (const number of first) writer.say(number, number)
      const shown = texts(await reader.upTo("20"))
      for (const number of rest) writer.say(number, number)
      await server.stop("SIGKILL")
      expect((await reader.client.closed()).code).toBe(1006)
      // What had come before the end counts as shown.
      while (shown.length < reader.client.received.length - 1) {
        shown.push((await reader.next()).message)
      }
      const back = await reader.return(other, "lobby", bob)
      expect(back.joined.recovered).toBe(true)
      shown.push(...texts(back.missed))
      if (!shown.includes("300")) shown.push(...texts(await back.upTo("300")))
      expect(shown).toEqual(numbers(1, 300))
    })

    /** The first server reaches Redis through a proxy that can hold events back;
     * the other one has a reader, and what the writer needs to return to. */
    async function heldBack() {
      const redis = await RedisProxy.open(
        process.env.REDIS_URL || defaultRedisUrl,
      )
      const env = { ...(await ownEnvironment()), LIMITS: "off" }
      const [server, other] = await Promise.all([
        startServer(step, { ...env, REDIS_URL: redis.url }),
        startServer(step, env),
      ])
      const [ann, bob] = [
        await signUp(server, "ann"),
        await signUp(server, "bob"),
      ]
      const writer = await Visitor.enter(server, "lobby", ann, { name: "Ann" })
      const reader = await Visitor.enter(other, "lobby", bob, { name: "Bob" })
      writer.say("before", "k0")
      await Promise.all([writer.upTo("before"), reader.upTo("before")])
      redis.hold()
      return { env, server, other, ann, writer, reader }
    }

    test("commit without publish: the next message shows the one before it", async () => {
      const { server, other, ann, writer, reader } = await heldBack()
      writer.say("committed", "k1")
      const { ack, id } = await writer.next()
      expect(ack).toBe("k1")
      await server.stop("SIGKILL")
      const back = await writer.return(other, "lobby", ann)
      expect(texts(back.missed)).toEqual(["committed"])
      back.say("next", "k2")
      const frames = await reader.upTo("next")
      expect(texts(frames)).toEqual(["committed", "next"])
      expect(ids(frames)[0]).toBe(id)
    })

    test("commit without ack: the repeat is acknowledged with the first id, and shown to all, once", async () => {
      const { env, server, other, ann, writer, reader } = await heldBack()
      writer.client.socket.pause() // its answer comes, and is never read
      writer.say("committed", "k1")
      const rows = "SELECT id FROM messages WHERE key = 'k1'"
      const id = await vi.waitUntil(async () => {
        const [row] = await inDatabase<{ id: number }>(env, rows)
        return row?.id
      }, patient)
      await server.stop("SIGKILL")
      const back = await writer.return(other, "lobby", ann)
      back.say("committed", "k1")
      expect(await back.next()).toEqual({ ack: "k1", id })
      expect(texts(await reader.upTo("committed"))).toEqual(["committed"])
      back.say("next", "k2")
      expect(texts(await reader.upTo("next"))).toEqual(["next"])
      expect(await inDatabase(env, rows)).toEqual([{ id }])
    })
  },
)

import { describe, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { historyOf, numbers } from "../support/conversation.ts"
import { inDatabase } from "../support/in-database.ts"
import { storingSteps } from "../support/later-steps.ts"
import { ownRedis } from "../support/own-redis.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

describe.each(storingSteps)(
  "in %s, a message that a client has received, or that is reported as saved,",
  (step) => {
    test("is still there after kill -9", async () => {
      const env = { ...(await ownEnvironment()), LIMITS: "off" }
      const first = await startServer(step, env)
      const headers = await signUp(first, "killer")
      const ann = await connect(first, "/ws/chat/kill/", { headers })
      const bob = await connect(first, "/ws/chat/kill/", { headers })
      for (const number of numbers(1, 50)) ann.say(number)
      const seen = await Promise.race([ann.nextFrames(5), bob.nextFrames(5)])
      await first.stop("SIGKILL")
      const second = await startServer(step, env)
      const client = await connect(second, "/ws/chat/kill/", { headers })
      client.say("marker")
      const ids = []
      for (;;) {
        const { id, message } = await client.nextFrame()
        if (message === "marker") break
        ids.push(Number(id))
      }
      const lastSeen = Number(seen.at(-1)?.id)
      expect(Math.max(...ids)).toBeGreaterThanOrEqual(lastSeen)
      if (ids.length < 10) expect(ids).toContain(lastSeen)
    })

    test("is stored: if the database fails, nothing but the sender's error is sent", async () => {
      const env = { ...(await ownEnvironment()), LIMITS: "off" }
      const server = await startServer(step, env)
      const headers = await signUp(server, "unlucky")
      const ann = await connect(server, "/ws/chat/lobby/", { headers })
      const bob = await connect(server, "/ws/chat/lobby/", { headers })
      // A client that has received a live message has received the history.
      ann.say("here")
      await Promise.all([ann.next(), bob.next()])
      await inDatabase(env, "ALTER TABLE messages RENAME TO elsewhere")
      ann.say("lost")
      const error = "Neither saved nor sent: try it again later."
      expect(await ann.nextFrame()).toEqual({ error })
      await inDatabase(env, "ALTER TABLE elsewhere RENAME TO messages")
      ann.say("marker")
      expect(await bob.nextFrame()).toMatchObject({ message: "marker" })
    })

    test("is in the history even if Redis was gone", async () => {
      const redis = await ownRedis()
      const env = {
        ...(await ownEnvironment()),
        LIMITS: "off",
        REDIS_URL: redis.url,
      }
      const server = await startServer(step, env)
      const headers = await signUp(server, "patient")
      const ann = await connect(server, "/ws/chat/lobby/", { headers })
      await redis.stop("SIGKILL")
      await server.printed(/Redis is gone/)
      ann.say("saved")
      const { error } = await ann.nextFrame()
      expect(error).toMatch(/^Saved, but not delivered yet.*not send it again/)
      expect(await redis.start()).toBe(true)
      await server.printed(/Redis is back/)
      expect(await historyOf(server, "/ws/chat/lobby/", headers)).toEqual([
        "saved",
      ])
    })
  },
)

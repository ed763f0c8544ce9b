import { describe, expect, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { logIn, post, signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { inDatabase } from "../support/in-database.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { ownRedis } from "../support/own-redis.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"

const room = "/ws/chat/lobby/"
const form = { current: "correct horse", password: "battery staple" }
const ended = { code: 4001, reason: "Your session has ended" }

/** Two servers on one database and one Redis. */
async function twoServers(step: string, env: NodeJS.ProcessEnv = {}) {
  const own = { ...(await ownEnvironment()), ...env }
  const one = await startServer(step, own)
  return { env: own, one, other: await startServer(step, own) }
}

/** Ann on two servers, in the same session, and Bob beside her. */
async function annAndBob(one: ServerProcess, other: ServerProcess) {
  const headers = await signUp(one, "ann")
  const bobHeaders = await signUp(other, "bob")
  const here = await connect(one, room, { headers, name: "Ann here" })
  const there = await connect(other, room, { headers, name: "Ann there" })
  const bob = await connect(other, room, { headers: bobHeaders, name: "Bob" })
  return { headers, here, there, bob }
}

describe.each(guardedSteps)("in %s,", (step) => {
  describe("on every server, the sockets of a session close with 4001", () => {
    test("after a logout", async () => {
      const { one, other } = await twoServers(step)
      const { headers, here, there, bob } = await annAndBob(one, other)
      await post(one, "/logout/", {}, headers)
      expect(await here.closed()).toEqual(ended)
      expect(await there.closed()).toEqual(ended)
      bob.say("still here")
      expect((await bob.nextFrame()).message).toBe("still here")
    })

    test.each([
      ["it is deleted by hand", "DELETE FROM sessions WHERE user_id = 1"],
      [
        "its time is over",
        "UPDATE sessions SET expires_at = 0 WHERE user_id = 1",
      ],
      ["its user is deleted by hand", "DELETE FROM users WHERE id = 1"],
    ])("after %s", async (_what, sql) => {
      const { env, one, other } = await twoServers(step)
      const { here, there, bob } = await annAndBob(one, other)
      await inDatabase(env, sql)
      expect(await here.closed()).toEqual(ended)
      expect(await there.closed()).toEqual(ended)
      bob.say("still here")
      expect((await bob.nextFrame()).message).toBe("still here")
    })

    test("after a logout while Redis is away", async () => {
      const redis = await ownRedis()
      const { one, other } = await twoServers(step, { REDIS_URL: redis.url })
      const { headers, here, there } = await annAndBob(one, other)
      await redis.stop("SIGKILL")
      await post(one, "/logout/", {}, headers)
      expect(await here.closed()).toEqual(ended)
      expect(await there.closed()).toEqual(ended)
    })
  })

  describe("a frame that came before the end of its session", () => {
    test("is not handled after it", async () => {
      const { env, one, other } = await twoServers(step, {
        LIMIT_MESSAGES: "off",
      })
      const { here, bob } = await annAndBob(one, other)
      const deleted = inDatabase(env, "DELETE FROM sessions WHERE user_id = 1")
      for (let count = 0; count < 2_000; count++) here.say(`${count}`)
      await deleted
      expect(await here.closed()).toEqual(ended)
      // The one that was being handled may still be stored.
      const counts = []
      for (const marker of ["the end", "really"]) {
        bob.say(marker)
        while ((await bob.nextFrame()).message !== marker);
        const count = "SELECT count(*) FROM messages WHERE author_id = 1"
        counts.push(await inDatabase(env, count))
      }
      expect(counts[1], "Ann's messages").toEqual(counts[0])
    })
  })

  describe("a changed password", () => {
    test("logs all other devices out, and this one stays", async () => {
      const { one, other } = await twoServers(step)
      const { headers, here, there } = await annAndBob(one, other)
      const phone = await logIn(other, "ann")
      const onPhone = await connect(other, room, { headers: phone })
      const answer = await post(one, "/password/", form, headers)
      expect(answer.status).toBe(303)
      for (const client of [here, there, onPhone]) {
        expect(await client.closed()).toEqual(ended)
      }
      const [cookie = ""] = answer.headers.getSetCookie()
      const renewed = { cookie: cookie.split(";")[0] ?? "" }
      expect(await handshake(one, room, { headers: renewed })).toBe("accepted")
      expect(await handshake(one, room, { headers })).toBe("refused with 403")
      expect(await handshake(one, room, { headers: phone })).toBe(
        "refused with 403",
      )
    })
  })
})

describe("a changed password", () => {
  const step = "08-guard"

  test("is the one that counts from then on", async () => {
    const server = await startServer(step, await ownEnvironment())
    const headers = await signUp(server, "ann")
    await post(server, "/password/", form, headers)
    const [old, renewed] = [form.current, form.password].map((password) => {
      return post(server, "/login/", { username: "ann", password })
    })
    expect((await old)?.status).toBe(400)
    expect((await renewed)?.status).toBe(303)
  })

  test.each([
    ["a wrong current one", { ...form, current: "wrong horse" }, 400],
    ["a new one that is too short", { ...form, password: "short" }, 400],
    ["nothing at all", {}, 400],
  ])(
    "is refused for %s, and no session ends",
    async (_what, fields, status) => {
      const server = await startServer(step, await ownEnvironment())
      const headers = await signUp(server, "ann")
      const answer = await post(server, "/password/", fields, headers)
      expect(answer.status).toBe(status)
      expect(await handshake(server, room, { headers })).toBe("accepted")
    },
  )

  test("of two at the same time, one is done and the other refused", async () => {
    const server = await startServer(step, await ownEnvironment())
    const headers = await signUp(server, "ann")
    const answers = await Promise.all(
      ["battery staple", "another staple"].map((password) => {
        return post(server, "/password/", { ...form, password }, headers)
      }),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
  })

  test("needs a login", async () => {
    const server = await startServer(step, await ownEnvironment())
    for (const method of ["GET", "POST"]) {
      const { status, headers } = await ask(server, "/password/", { method })
      expect(status).toBe(302)
      expect(headers.get("location")).toBe("/login/?next=%2Fpassword%2F")
    }
  })

  test("is limited as a login is", async () => {
    const server = await startServer(step, await ownEnvironment())
    const headers = await signUp(server, "ann")
    const wrong = { ...form, current: "wrong horse" }
    const statuses = []
    for (let count = 0; count < 6; count++) {
      const answer = await post(server, "/password/", wrong, headers)
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
  })
})

import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { post, signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { memoryMb } from "../support/memory.ts"
import { Probe } from "../support/probe.ts"
import { connect, handshake } from "../support/servers.ts"
import { attackedServer, figure } from "../support/soak.ts"
import { StalledReader } from "../support/stalled-reader.ts"

const room = "/ws/chat/attacked/"
const quiet = "/ws/chat/quiet/"

describe("under attack, others go on chatting", () => {
  test("while one socket sends 10,000 frames a second for 5 s", async () => {
    const attacked = await attackedServer()
    const probe = await Probe.start(attacked, room)
    const headers = await signUp(attacked, "mallory")
    const watcher = await connect(attacked, room, {
      headers: await signUp(attacked, "watcher"),
    })
    const mallory = await connect(attacked, room, { headers })
    for (const _ of numbers(1, 50)) {
      for (const _ of numbers(1, 1_000)) {
        if (mallory.socket.readyState === 1) mallory.say("spam")
      }
      await delay(100)
    }
    const others = await probe.figures()
    const shown = watcher.received.filter((it) => it.includes("spam")).length
    const { code } = await mallory.closed()
    figure("flood", { shown, code, others })
    expect(code).toBe(1008)
    expect(shown).toBeLessThanOrEqual(20 + 5 * 6)
  })

  test("while 100 passwords are guessed at once", async () => {
    const attacked = await attackedServer()
    const probe = await Probe.start(attacked, quiet)
    await signUp(attacked, "ann")
    const began = performance.now()
    const outcomes = await Promise.all(
      numbers(1, 100).map(async (password) => {
        const fields = { username: "ann", password: `${password} guess` }
        return (await post(attacked, "/login/", fields)).status
      }),
    )
    const seconds = (performance.now() - began) / 1_000
    const sockets = []
    for (const _ of numbers(1, 20))
      sockets.push(await handshake(attacked, quiet))
    const others = await probe.figures()
    const count = (status: number) => {
      return outcomes.filter((it) => it === status).length
    }
    figure("guesses", {
      seconds,
      400: count(400),
      429: count(429),
      503: count(503),
      others,
    })
    expect(count(400)).toBeLessThanOrEqual(5)
    expect(count(400) + count(429) + count(503)).toBe(100)
    expect(sockets).not.toContain("refused with 504")
  })

  test("while five readers have stalled", async () => {
    const attacked = await attackedServer({ LIMIT_MESSAGES: "off" })
    const probe = await Probe.start(attacked, quiet)
    const headers = await signUp(attacked, "mallory")
    const readers: StalledReader[] = []
    for (const _ of numbers(1, 5)) {
      readers.push(await StalledReader.enter(attacked, room, headers))
    }
    const writer = await connect(attacked, room, { headers })
    const before = memoryMb(attacked)
    let most = before
    const text = "x".repeat(10_000)
    for (let sent = 0; sent < 12_000; sent += 10) {
      for (const _ of numbers(1, 10)) writer.say(text)
      await writer.nextFrames(10)
      if (sent % 500 === 0) most = Math.max(most, memoryMb(attacked))
    }
    const others = await probe.figures()
    const codes = await Promise.all(readers.map((it) => it.closeCode()))
    figure("stalled readers", {
      before,
      most,
      more: most - before,
      codes,
      others,
    })
    expect(codes).toEqual([1013, 1013, 1013, 1013, 1013])
    // The readers hold 10 MB. The rest is garbage that waits to be collected,
    // the more of it the faster the writer is. Without limits, they held 120 MB
    // and more.
    expect(most - before).toBeLessThan(100)
  })
})

describe("a server that stops under traffic", () => {
  test("spreads 500 clients over time, and has stored what was seen", async () => {
    const env = { LIMITS: "off" }
    const attacked = await attackedServer(env)
    const headers = await signUp(attacked, "ann")
    const clients = await Promise.all(
      numbers(1, 500).map(() => connect(attacked, room, { headers })),
    )
    const closedAt: number[] = []
    const codes = clients.map(async (client) => {
      const { code } = await client.closed()
      closedAt.push(performance.now())
      return code
    })
    for (const client of clients.slice(0, 20)) client.say("last words")
    const began = performance.now()
    await attacked.stop()
    const all = new Set(await Promise.all(codes))
    const spreadMs = Math.round(Math.max(...closedAt) - Math.min(...closedAt))
    const tookMs = Math.round(performance.now() - began)
    figure("stopping", { codes: [...all], spreadMs, tookMs })
    expect([...all]).toEqual([1012])
    expect(spreadMs).toBeGreaterThan(1_000)
    expect(tookMs).toBeLessThan(6_000)
  })
})

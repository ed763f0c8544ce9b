import { spawn, spawnSync } from "node:child_process"
import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { killAtExit } from "../../workbook/processes/child.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { post, signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { memoryMb } from "../support/memory.ts"
import { Probe } from "../support/probe.ts"
import { RawRequest } from "../support/raw-request.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"
import { StalledReader } from "../support/stalled-reader.ts"

const step = process.env.SOAK_STEP || "08-guard"
const room = "/ws/chat/attacked/"
const quiet = "/ws/chat/quiet/"

/** What was measured, for the person who has asked. */
function figure(what: string, value: unknown): void {
  console.log(`${what}: ${JSON.stringify(value)}`)
}

async function server(env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const own = await ownEnvironment()
  return startServer(step, { ...own, TRUST_PROXY: "1", ...env })
}

describe.sequential("under attack, others go on chatting", () => {
  test("while one socket sends 10,000 frames a second for 5 s", async () => {
    const attacked = await server()
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
    const attacked = await server()
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
    const attacked = await server({ LIMIT_MESSAGES: "off" })
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
    expect(most - before).toBeLessThan(64)
  })
})

describe("what holds a connection and sends nothing more is dropped:", () => {
  const withHost = "Host: localhost\r\n"
  test.concurrent.each([
    ["nothing at all", ""],
    ["half a request", `GET /login/ HTTP/1.1\r\n${withHost}`],
    [
      "half a handshake",
      `GET ${room} HTTP/1.1\r\n${withHost}Upgrade: websocket\r\n`,
    ],
    [
      "half a form",
      `POST /login/ HTTP/1.1\r\n${withHost}Content-Length: 100\r\n` +
        "Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=",
    ],
  ])("%s, within 30 s", async (what, text) => {
    const attacked = await server()
    const request = await RawRequest.half(attacked.port, text)
    const began = performance.now()
    await request.closed()
    const seconds = Math.round((performance.now() - began) / 1_000)
    figure(what, { seconds })
    expect(seconds).toBeLessThan(30)
  })
})

const joining = `
  const { WebSocket } = require("ws")
  const [url, cookie] = process.argv.slice(1)
  const socket = new WebSocket(url, { headers: { cookie } })
  socket.on("open", () => console.log("open"))
`

describe("a peer that has vanished leaves within 60 s:", () => {
  test("a process that is paused", async () => {
    const attacked = await server({ TRACE: "1" })
    const { cookie } = await signUp(attacked, "ann")
    const url = attacked.socketUrl(room)
    const child = spawn(process.execPath, ["-e", joining, url, cookie], {
      cwd: root,
    })
    killAtExit(child, "SIGKILL")
    await attacked.printed(/socket 1: accepted/)
    child.kill("SIGSTOP")
    const began = performance.now()
    await attacked.printed(/socket 1: closed with 1006/, 60_000)
    figure("paused process", { ms: Math.round(performance.now() - began) })
    child.kill("SIGKILL")
  })

  const mayMakeNetworks =
    spawnSync("ip", ["netns", "add", "workbook-probe"]).status === 0
  if (mayMakeNetworks) spawnSync("ip", ["netns", "del", "workbook-probe"])

  test.runIf(mayMakeNetworks)("a machine whose cable was cut", async () => {
    await cutOff(await server({ TRACE: "1", HOST: "0.0.0.0" }))
  })
})

/** A client in a network of its own, whose link is then taken down. */
async function cutOff(attacked: ServerProcess): Promise<void> {
  const { cookie } = await signUp(attacked, "ann")
  const name = `wb${process.pid}`
  const ip = (...words: string[]) => {
    const { status, stderr } = spawnSync("ip", words, { encoding: "utf8" })
    if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`)
  }
  ip("netns", "add", name)
  try {
    ip("link", "add", `${name}a`, "type", "veth", "peer", "name", `${name}b`)
    ip("link", "set", `${name}b`, "netns", name)
    ip("addr", "add", "10.213.7.1/24", "dev", `${name}a`)
    ip("link", "set", `${name}a`, "up")
    ip("-n", name, "addr", "add", "10.213.7.2/24", "dev", `${name}b`)
    ip("-n", name, "link", "set", `${name}b`, "up")
    const url = `ws://10.213.7.1:${attacked.port}${room}`
    const words = ["netns", "exec", name, process.execPath, "-e", joining]
    const child = spawn("ip", [...words, url, cookie], { cwd: root })
    killAtExit(child, "SIGKILL")
    await attacked.printed(/socket 1: accepted/)
    ip("link", "set", `${name}a`, "down")
    const began = performance.now()
    await attacked.printed(/socket 1: closed with 1006/, 60_000)
    figure("cut cable", { ms: Math.round(performance.now() - began) })
    child.kill("SIGKILL")
  } finally {
    ip("netns", "del", name)
  }
}

describe("a server that stops under traffic", () => {
  test("spreads 500 clients over time, and has stored what was seen", async () => {
    const env = { LIMITS: "off" }
    const attacked = await server(env)
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

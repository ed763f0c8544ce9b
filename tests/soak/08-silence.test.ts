import { spawn, spawnSync } from "node:child_process"
import { expect, onTestFinished, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { killAtExit } from "../../workbook/processes/child.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { signUp } from "../support/accounts.ts"
import { RawRequest } from "../support/raw-request.ts"
import { attackedServer, figure } from "../support/soak.ts"

const room = "/ws/chat/attacked/"
const host = "Host: localhost\r\n"

const halves: readonly (readonly [what: string, text: string])[] = [
  ["nothing at all", ""],
  ["half a request", `GET /login/ HTTP/1.1\r\n${host}`],
  ["half a handshake", `GET ${room} HTTP/1.1\r\n${host}Upgrade: websocket\r\n`],
  [
    "half a form",
    `POST /login/ HTTP/1.1\r\n${host}Content-Length: 100\r\n` +
      "Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=",
  ],
]

test("what begins a request and does not end it is dropped within 30 s", async () => {
  const server = await attackedServer()
  const times = await Promise.all(
    halves.map(async ([what, text]) => {
      const request = await RawRequest.half(server.port, text)
      const began = performance.now()
      await request.closed()
      return [what, Math.round((performance.now() - began) / 1_000)] as const
    }),
  )
  figure("dropped after so many seconds", Object.fromEntries(times))
  for (const [what, seconds] of times) {
    expect(seconds, what).toBeLessThan(30)
  }
})

/** A client in a process of its own. */
const client = `
  const { WebSocket } = require("ws")
  const [url, cookie] = process.argv.slice(1)
  new WebSocket(url, { headers: { cookie } })
`

test("a process that is paused leaves its room within 60 s", async () => {
  const server = await attackedServer({ TRACE: "1" })
  const { cookie } = await signUp(server, "ann")
  const words = ["-e", client, server.socketUrl(room), cookie]
  const child = spawn(process.execPath, words, { cwd: root })
  killAtExit(child, "SIGKILL")
  onTestFinished(() => void child.kill("SIGKILL"))
  await server.printed(/socket 1: accepted/)
  child.kill("SIGSTOP")
  await isFound(server, "a paused process")
})

const name = `wb${process.pid}`
const mayMakeNetworks = ["add", "del"].every((what) => {
  return spawnSync("ip", ["netns", what, name]).status === 0
})

test.runIf(mayMakeNetworks)(
  "a machine whose cable is cut leaves its room within 60 s",
  async () => {
    ip("netns", "add", name)
    onTestFinished(() => {
      ip("link", "del", `${name}a`) // a connection may keep the network alive
      ip("netns", "del", name)
    })
    ip("link", "add", `${name}a`, "type", "veth", "peer", "name", `${name}b`)
    ip("link", "set", `${name}b`, "netns", name)
    ip("addr", "add", "10.213.7.1/24", "dev", `${name}a`)
    ip("link", "set", `${name}a`, "up")
    ip("-n", name, "addr", "add", "10.213.7.2/24", "dev", `${name}b`)
    ip("-n", name, "link", "set", `${name}b`, "up")
    const server = await attackedServer({ TRACE: "1", HOST: "0.0.0.0" })
    const { cookie } = await signUp(server, "ann")
    const url = `ws://10.213.7.1:${server.port}${room}`
    const words = ["netns", "exec", name, process.execPath, "-e", client]
    const child = spawn("ip", [...words, url, cookie], { cwd: root })
    killAtExit(child, "SIGKILL")
    onTestFinished(() => void child.kill("SIGKILL"))
    await server.printed(/socket 1: accepted/)
    ip("link", "set", `${name}a`, "down")
    await isFound(server, "a cut cable")
  },
)

async function isFound(server: ServerProcess, what: string): Promise<void> {
  const began = performance.now()
  await server.printed(/socket 1: closed with 1006/, 60_000)
  const seconds = Math.round((performance.now() - began) / 1_000)
  figure(what, { seconds })
}

function ip(...words: string[]): void {
  const { status, stderr } = spawnSync("ip", words, { encoding: "utf8" })
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`)
}

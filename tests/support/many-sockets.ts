import { spawn } from "node:child_process"
import { onTestFinished } from "vitest"
import { root } from "../../workbook/folders.ts"
import { killAtExit } from "../../workbook/processes/child.ts"
import { Output } from "../../workbook/processes/output.ts"

/** Opens sockets, some at a time, and waits for the first frames of each. Then
 * keeps them, or ends them and begins again. */
const program = `
  const { setTimeout: delay } = require("node:timers/promises")
  const { WebSocket } = require("ws")
  const [url, cookie, ...numbers] = process.argv.slice(1)
  const [count, together, rooms, frames, rounds] = numbers.map(Number)
  async function open(index) {
    const own = url.replace("ROOM", "room-" + (index % rooms))
    const socket = new WebSocket(own, { headers: { cookie } })
    let left = frames
    const isOpen = await new Promise((resolve) => {
      socket.on("message", () => --left === 0 && resolve(true))
      socket.on("error", () => resolve(false))
    })
    if (isOpen) return socket
    // The server was overloaded. A page waits as long.
    await delay(125 + 125 * Math.random())
    return open(index)
  }
  async function openAll() {
    const sockets = []
    for (let index = 0; index < count; index += together) {
      const some = Array.from({ length: together }, (_, more) => {
        return open(index + more)
      })
      sockets.push(...await Promise.all(some))
    }
    return sockets
  }
  async function run() {
    const times = []
    for (let round = 1; ; round++) {
      const began = performance.now()
      const sockets = await openAll()
      times.push(Math.round(performance.now() - began))
      if (round === rounds) break
      for (const socket of sockets) socket.terminate()
      await delay(500)
    }
    console.log("All are open: " + JSON.stringify(times))
  }
  run()
`

export interface ManySocketsOptions {
  /** With ROOM for the name of a room. */
  readonly url: string
  readonly headers?: { readonly cookie?: string }
  readonly count: number
  /** How many connect at a time. */
  readonly together: number
  /** Their names are "room-0", "room-1" and so on. */
  readonly rooms?: number
  /** How many frames each must get. */
  readonly frames?: number
  /** How often all of them connect. */
  readonly rounds?: number
}

/** Opens many sockets from a process of its own: one process may have too few
 * files for both ends, and what a test measures must not wait for them. They
 * are closed when the test ends.
 * @returns how long it took in each round until all had their frames, in ms */
export async function openManySockets({
  url,
  headers = {},
  count,
  together,
  rooms = 1,
  frames = 1,
  rounds = 1,
}: ManySocketsOptions): Promise<number[]> {
  const numbers = [count, together, rooms, frames, rounds].map(String)
  const words = ["-e", program, url, headers.cookie ?? "", ...numbers]
  const child = spawn(process.execPath, words, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  })
  killAtExit(child, "SIGKILL")
  onTestFinished(() => void child.kill("SIGKILL"))
  const output = new Output(child)
  const found = await output.find(/All are open: (.*)/)
  if (found) return JSON.parse(found[1] ?? "")
  throw new Error(`Not all sockets opened: ${output.text}`)
}

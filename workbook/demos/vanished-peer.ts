import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { root } from "../folders.ts"
import { killAtExit } from "../processes/child.ts"
import type { ServerProcess } from "../processes/server-process.ts"
import { signUp } from "./visitor.ts"

const longestMs = 60_000

/** Opens a socket, and tells the outside that it is open. */
const client = `
  const { WebSocket } = require("ws")
  const [url, cookie] = process.argv.slice(1)
  const socket = new WebSocket(url, { headers: { cookie } })
  socket.on("open", () => console.log("open"))
`

/** A client that is stopped: its connection stays open, and answers nothing. */
export async function vanishedPeer(server: ServerProcess): Promise<string> {
  const { cookie } = await signUp(server, "ann")
  const url = server.socketUrl("/ws/chat/lobby/")
  const child = spawn(process.execPath, ["-e", client, url, cookie], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  })
  killAtExit(child, "SIGKILL")
  try {
    for await (const _open of createInterface({ input: child.stdout })) break
    child.kill("SIGSTOP")
    const began = performance.now()
    const found = server.printed(/socket 1: closed with 1006/, longestMs)
    const isFound = await found.then(
      () => true,
      () => false,
    )
    const seconds = Math.ceil((performance.now() - began) / 1_000)
    if (isFound) return `its socket is closed after ${seconds} s.`
    return `after ${seconds} s, its socket is still a member of the room.`
  } finally {
    child.kill("SIGKILL")
  }
}

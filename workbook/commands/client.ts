import { spawn } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { killAtExit } from "../processes/kill-at-exit.ts"

export const help = `npm run client                          talks to ws://localhost:8000/ws/chat/lobby/
npm run client ws://localhost:8001/x/   … to another address

Type {"message": "hi"} and press Enter. Ctrl-C leaves.`

export const takes = ["address"]

const lobby = "ws://localhost:8000/ws/chat/lobby/"

/** `npm run client`: wscat, for the steps before there is a page. */
export async function run({ words }: Arguments): Promise<number> {
  const url = words[0] ?? lobby
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(`"${url}" is no address of a socket, like ${lobby}`)
  }
  console.log(`Connecting to ${url}. Try: {"message": "hi"}`)
  const wscat = createRequire(import.meta.url).resolve("wscat/bin/wscat")
  const child = spawn(process.execPath, [wscat, "--connect", url], {
    stdio: "inherit",
  })
  killAtExit(child)
  process.on("SIGINT", () => {}) // wscat hears it, too, and ends
  await once(child, "exit")
  return child.exitCode ?? 0
}

import { spawn } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { readArguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"

const help = `npm run client                          talks to ws://localhost:8000/ws/chat/lobby/
npm run client ws://localhost:8001/x/   … to another address

Type {"message": "hi"} and press Enter. Ctrl-C leaves.`

const lobby = "ws://localhost:8000/ws/chat/lobby/"

/** `npm run client`: wscat, for the steps before there is a page. */
export async function run(args: string[]): Promise<number> {
  const { words, options } = readArguments("client", args)
  if (options.help) {
    console.log(help)
    return 0
  }
  const url = words[0] ?? lobby
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(`"${url}" is no address of a socket, like ${lobby}`)
  }
  console.log(`Connecting to ${url}. Try: {"message": "hi"}`)
  const wscat = createRequire(import.meta.url).resolve("wscat/bin/wscat")
  const child = spawn(process.execPath, [wscat, "--connect", url], {
    stdio: "inherit",
  })
  process.on("SIGINT", () => {}) // wscat hears it, too, and ends
  await once(child, "exit")
  return child.exitCode ?? 0
}

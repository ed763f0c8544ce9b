import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { runInTerminal } from "../processes/run.ts"

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
  return (await runInTerminal("wscat/bin/wscat", ["--connect", url])) ?? 0
}

import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { readPort } from "../port.ts"
import { runInTerminal } from "../processes/run.ts"
import { runningPort } from "../running.ts"

export const help = `npm run client                          connects to the running step, at
                                        /ws/chat/lobby/
npm run client ws://localhost:8001/x/   … to another address

Type {"message": "hi"} and press Enter. Ctrl-C leaves.`

export const takes = ["address"]

/** `npm run client`: wscat, for the steps that have no page. */
export async function run({ words }: Arguments): Promise<number> {
  const port = runningPort() ?? readPort(process.env.PORT || "8000")
  const lobby = `ws://localhost:${port}/ws/chat/lobby/`
  const url = words[0] ?? lobby
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(
      `"${url}" is not the address of a socket, like ${lobby}`,
    )
  }
  console.log(`Connecting to ${url}. Try: {"message": "hi"}`)
  const code = await runInTerminal("wscat/bin/wscat", ["--connect", url])
  if (code) {
    console.error(
      "To start a server, in another terminal: npm run step 1, or npm run learn 1",
    )
  }
  return code ?? 0
}

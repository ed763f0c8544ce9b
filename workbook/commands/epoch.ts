import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { runInTerminal } from "../processes/run.ts"

export const help = `npm run epoch                      begins a new epoch in the database of the
                                   finished steps, or in the one that
                                   DATABASE_PATH names
npm run epoch .data/work.sqlite3   … in this file: here, that of your own steps

Run it when you have restored a backup, before you start the servers. After the
backup, clients may have shown messages whose ids will be given again. With a
new epoch, they get the newest messages instead of those after that id.`

export const takes = ["file"]

const finished = ".data/steps.sqlite3"

/** `npm run epoch`. */
export async function run({ words }: Arguments): Promise<number> {
  const named = words[0] ?? (process.env.DATABASE_PATH || finished)
  const path = resolve(root, named)
  if (!existsSync(path)) {
    throw new CommandError(
      `There is no database ${path}. Name the file: npm run epoch ${finished}`,
    )
  }
  const program = ["steps/09-delivery/new-epoch.ts"]
  const env = { ...process.env, DATABASE_PATH: path }
  return (await runInTerminal("tsx/dist/cli.mjs", program, env)) ?? 1
}

import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { CommandError } from "../command-error.ts"
import { hasCode } from "./has-code.ts"

/** Makes a folder and its parents. Node's own `recursive` never ends if the
 * system does not allow it, for example below /proc.
 * @throws CommandError if it cannot be made */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if (hasCode(error, "EEXIST")) return // another terminal was faster
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(
      `The folder for your work cannot be made: ${reason}. Choose another one ` +
        "with WORK, or leave out WORK to use work/",
    )
  }
}

import { spawnSync } from "node:child_process"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { openWork } from "../learner/open.ts"

export const help = `npm run export            packs your work/ into work.tgz, for an instructor
npm run export ann.tgz    … into ann.tgz`

export const takes = ["file"]

/** `npm run export [file]`: everything but the copies that were kept. */
export async function run({ words }: Arguments): Promise<number> {
  const file = words[0] ?? "work.tgz"
  const { work } = openWork("export", "1")
  if ((await work.read(".manifest.json")) === undefined) {
    throw new CommandError("There is nothing yet. Begin with: npm run learn 1")
  }
  const { status, error, stderr } = spawnSync(
    "tar",
    ["-czf", file, "--exclude=.saved", "-C", work.path, "."],
    { cwd: root, encoding: "utf8" },
  )
  if (error) throw new CommandError("npm run export needs tar on the PATH.")
  if (status !== 0) throw new CommandError(stderr.trim())
  console.log(`Packed into ${file}.`)
  return 0
}

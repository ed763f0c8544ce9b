import { spawnSync } from "node:child_process"
import { closeSync, openSync, renameSync, rmSync } from "node:fs"
import { relative, resolve } from "node:path"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { openWork } from "../learner/open.ts"

export const help = `npm run export            packs your work/ into work.tgz, for an instructor
npm run export ann.tgz    … into ann.tgz`

export const takes = ["file"]

/** `npm run export [file]`: everything but the copies that were kept. */
export async function run({ words }: Arguments): Promise<number> {
  const file = resolve(root, words[0] ?? "work.tgz")
  const { work } = openWork("export", "1")
  if ((await work.read(".manifest.json")) === undefined) {
    throw new CommandError("There is nothing yet. Begin with: npm run learn 1")
  }
  if (!/\.(tgz|tar\.gz)$/.test(file) || file.startsWith(work.path)) {
    throw new CommandError(
      `Nothing can be packed into ${words[0]}: choose a name that ends with ` +
        ".tgz, outside of work/.",
    )
  }
  pack(work.path, file)
  console.log(`Packed into ${relative(root, file)}.`)
  return 0
}

/** Nobody finds half a file, nor loses the one that was there before. */
function pack(folder: string, file: string): void {
  const words = [
    "-czf",
    "-",
    "--exclude=.saved",
    "--exclude=.lock",
    "-C",
    folder,
    ".",
  ]
  const half = openSync(`${file}.half`, "w")
  const { status, error, stderr } = spawnSync("tar", words, {
    stdio: ["ignore", half, "pipe"],
    encoding: "utf8",
  })
  closeSync(half)
  if (status === 0) {
    renameSync(`${file}.half`, file)
    return
  }
  rmSync(`${file}.half`)
  throw new CommandError(
    error ? "npm run export needs tar on the PATH." : stderr.trim(),
  )
}

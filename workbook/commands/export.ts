import { isAbsolute, relative, resolve, sep } from "node:path"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { openWork } from "../learner/open.ts"
import { packWork } from "../learner/pack.ts"
import { progressReport } from "../learner/report.ts"
import { writeWhole } from "../learner/whole-file.ts"

export const help = `npm run export            packs your work/ into work.tgz, for an instructor
npm run export ann.tgz    … into ann.tgz`

export const takes = ["file"]

/** `npm run export [file]`: packs everything except the kept copies. */
export async function run({ words }: Arguments): Promise<number> {
  const file = resolve(root, words[0] ?? "work.tgz")
  const opened = openWork("export", "1")
  const { work } = opened
  if ((await work.read(".manifest.json")) === undefined) {
    throw new CommandError(
      "There is no work to pack yet. Begin with: npm run learn 1",
    )
  }
  if (!/\.(tgz|tar\.gz)$/.test(file) || isWithin(work.path, file)) {
    throw new CommandError(
      `The work cannot be packed into ${words[0]}: choose a name that ends ` +
        "with .tgz, outside of work/.",
    )
  }
  const report = await progressReport(opened)
  const archive = await work.alone(() => packWork(work, report))
  await writeWhole(file, archive)
  console.log(`Packed into ${relative(root, file)}.`)
  return 0
}

function isWithin(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return !isAbsolute(path) && path.split(sep)[0] !== ".."
}

import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createTar, type TarFileInput } from "nanotar"
import { CommandError } from "../command-error.ts"
import { filesOf } from "../course/course.ts"
import type { ProgressReport } from "./report.ts"
import type { WorkFolder } from "./work-folder.ts"

/** The report's name in the archive. */
export const reportFile = "progress.json"

/** Copies, marks of running commands, and what programs can make again. */
const leftOut =
  /(^|\/)(\.saved|\.lock.*|\.half-.*|\.types\.json|node_modules|\.git)(\/|$)/

/** In bytes: nanotar silently cuts longer names. */
const longestName = 100

/** nanotar does not always write the two empty blocks that end an archive. */
const endOfArchive = new Uint8Array(1_024)

/**
 * Packs the learner's folder and the report of it, within `work.alone`.
 * @returns the bytes of a .tgz file
 * @throws CommandError for a file whose name is too long for an archive
 */
export async function packWork(
  work: WorkFolder,
  report: ProgressReport,
): Promise<Uint8Array> {
  const json = `${JSON.stringify(report, null, 2)}\n`
  const files: TarFileInput[] = [{ name: `./${reportFile}`, data: json }]
  // Without symbolic links: they may lead to files outside the work.
  for (const file of filesOf(work.path, "")) {
    if (file === reportFile || leftOut.test(file)) continue
    files.push(await entryOf(work.path, file))
  }
  return gzipSync(Buffer.concat([createTar(files), endOfArchive]))
}

async function entryOf(folder: string, file: string): Promise<TarFileInput> {
  const name = `./${file}`
  if (Buffer.byteLength(name) > longestName) {
    throw new CommandError(
      `The path of work/${file} is too long for an archive. Rename the file, ` +
        "or move it out of work/.",
    )
  }
  const path = join(folder, file)
  const { mtimeMs } = await stat(path)
  return { name, data: await readFile(path), attrs: { mtime: mtimeMs } }
}

import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import { hasCode } from "../learner/has-code.ts"
import { isProgressReport, type ProgressReport } from "../learner/report.ts"
import { reportBytes } from "./archive.ts"
import { plainText } from "./plain-text.ts"
import { Unreadable } from "./unreadable.ts"

/** A file that could be read. */
export interface HandIn {
  /** The file's name, as it is on the disk. */
  readonly file: string
  /** The same without its ending. */
  readonly learner: string
  /** Of the report; of the file, if the report has no valid time. */
  readonly timeMs: number
  readonly report: ProgressReport
}

/** A file that does not count. */
export interface LeftOut {
  readonly file: string
  /** Sentences that say why, and what to do. */
  readonly reason: string
}

export interface HandIns {
  readonly read: readonly HandIn[]
  readonly leftOut: readonly LeftOut[]
}

/** An archive of `npm run export` has some kB. */
const largestMb = 20

const archiveEnding = /\.(tgz|tar\.gz)$/i
const jsonEnding = /\.json$/i

/**
 * Reads everything in a folder, but what is hidden.
 * @param place the folder as the instructor named it, for the message
 * @throws CommandError if there is no such folder, or nothing in it
 */
export async function readHandIns(
  folder: string,
  place: string,
): Promise<HandIns> {
  const read: HandIn[] = []
  const leftOut: LeftOut[] = []
  for (const file of await namesIn(folder, place)) {
    try {
      read.push(await readHandIn(folder, file))
    } catch (error) {
      leftOut.push({ file, reason: reasonOf(error) })
    }
  }
  return { read, leftOut }
}

async function namesIn(folder: string, place: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw folderProblem(error, plainText(place))
  })
  const shown = names.filter((name) => !name.startsWith("."))
  if (shown.length > 0) return shown.sort()
  throw new CommandError(
    `The folder ${plainText(place)} is empty. Put in it what learners made ` +
      "with: npm run export",
  )
}

function folderProblem(error: unknown, place: string): unknown {
  if (hasCode(error, "ENOTDIR")) {
    return new CommandError(
      `${place} is a file. Name the folder that it is in.`,
    )
  }
  if (hasCode(error, "EACCES", "EPERM")) {
    return new CommandError(
      `You may not read the folder ${place}. Who owns it?`,
    )
  }
  if (!hasCode(error, "ENOENT")) return error
  return new CommandError(
    `There is no folder ${place}. Make it, and put in it what learners made ` +
      "with: npm run export",
  )
}

async function readHandIn(folder: string, file: string): Promise<HandIn> {
  const ending = [archiveEnding, jsonEnding].find((it) => it.test(file))
  const path = join(folder, file)
  const { size, mtimeMs } = await statOfFile(path)
  if (!ending) {
    throw new Unreadable("its name does not end with .tgz, .tar.gz or .json.")
  }
  if (size === 0) throw new Unreadable("it is empty.")
  if (size > largestMb * 2 ** 20) {
    throw new Unreadable(
      `it is larger than ${largestMb} MB. An export is much smaller.`,
    )
  }
  const bytes = await readFile(path)
  const isArchive = ending === archiveEnding
  const report = readReport(isArchive ? reportBytes(bytes) : bytes)
  const timeMs = Date.parse(report.time)
  return {
    file,
    learner: file.replace(ending, "").normalize(),
    timeMs: Number.isNaN(timeMs) ? mtimeMs : timeMs,
    report,
  }
}

/** Never opens what is not a file: a pipe would wait for ever. */
async function statOfFile(
  path: string,
): Promise<{ size: number; mtimeMs: number }> {
  const found = await stat(path)
  if (found.isDirectory()) {
    throw new Unreadable("it is a folder. Put its files beside the others.")
  }
  if (!found.isFile()) throw new Unreadable("it is not a file.")
  return found
}

function readReport(bytes: Uint8Array): ProgressReport {
  let value: unknown
  try {
    value = JSON.parse(withoutNpmLines(decoded(bytes)))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Unreadable("its JSON is broken. Copy it again.")
  }
  if (isProgressReport(value)) return value
  throw new Unreadable(
    "it is not the report of this version of the workbook. Ask for a new one.",
  )
}

/** PowerShell writes what a command prints as UTF-16. */
function decoded(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes)
}

/** Without `--silent`, npm prints two lines of its own before the report. */
function withoutNpmLines(text: string): string {
  const begin = text.search(/^\{/m)
  return begin < 0 ? text : text.slice(begin)
}

function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message
  if (hasCode(error, "EACCES", "EPERM")) return "you may not read it."
  if (error instanceof Error && "code" in error) {
    return `it cannot be read (${error.code}).`
  }
  throw error
}

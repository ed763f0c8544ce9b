import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import { hasCode } from "../learner/has-code.ts"
import { isProgressReport, type ProgressReport } from "../learner/report.ts"
import { reportBytes, Unreadable } from "./archive.ts"

/** A file that could be read. */
export interface HandIn {
  /** The file's name, as it may be printed. */
  readonly file: string
  /** The same without its ending. */
  readonly learner: string
  /** Of the report; of the file, if the report has no valid time. */
  readonly timeMs: number
  readonly report: ProgressReport
}

/** A file that is left out. */
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

/** Control characters, lone surrogates, line separators, and marks that change
 * the direction of text. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu

/** A string from a learner, safe for a terminal and a spreadsheet: an escape
 * sequence in it would act on the instructor's terminal. */
export function plainText(text: string): string {
  return text.replace(unprintable, "\ufffd")
}

/**
 * Reads everything in a folder except hidden files.
 * @param place the folder as the instructor named it, for the message
 * @throws CommandError if there is no such folder, or nothing in it
 */
export async function readHandIns(
  folder: string,
  place: string,
): Promise<HandIns> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw folderProblem(error, place)
  })
  const files = names.filter((name) => !name.startsWith(".")).sort()
  if (files.length === 0) {
    throw new CommandError(
      `The folder ${place} is empty. Put in it the files that learners made ` +
        "with: npm run export",
    )
  }
  const read: HandIn[] = []
  const leftOut: LeftOut[] = []
  for (const file of files) {
    try {
      read.push(await readHandIn(folder, file))
    } catch (error) {
      leftOut.push({ file: plainText(file), reason: reasonOf(error) })
    }
  }
  return { read, leftOut }
}

function folderProblem(error: unknown, place: string): unknown {
  if (hasCode(error, "ENOTDIR")) {
    return new CommandError(
      `${place} is a file. Name the folder that it is in.`,
    )
  }
  if (hasCode(error, "EACCES", "EPERM")) {
    return new CommandError(
      `You have no permission to read the folder ${place}. Who owns it?`,
    )
  }
  if (!hasCode(error, "ENOENT")) return error
  return new CommandError(
    `There is no folder ${place}. Make it, and put in it the files that ` +
      "learners made with: npm run export",
  )
}

async function readHandIn(folder: string, file: string): Promise<HandIn> {
  const path = join(folder, file)
  const found = await stat(path)
  if (found.isDirectory()) {
    throw new Unreadable("it is a folder. Put its files beside the others.")
  }
  // Never opened, because reading a pipe would wait forever.
  if (!found.isFile()) throw new Unreadable("it is not a file.")
  const ending = [archiveEnding, jsonEnding].find((it) => it.test(file))
  if (!ending) {
    throw new Unreadable("its name does not end with .tgz, .tar.gz or .json.")
  }
  if (found.size === 0) throw new Unreadable("it is empty.")
  if (found.size > largestMb * 2 ** 20) {
    throw new Unreadable(
      `it is larger than ${largestMb} MB. An export is much smaller.`,
    )
  }
  const bytes = await readFile(path)
  const isArchive = ending === archiveEnding
  const report = readReport(isArchive ? reportBytes(bytes) : bytes)
  return {
    file: plainText(file),
    learner: plainText(file.replace(ending, "").normalize()),
    timeMs: Date.parse(report.time) || found.mtimeMs,
    report,
  }
}

function readReport(bytes: Uint8Array): ProgressReport {
  // PowerShell writes what a command prints as UTF-16.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes)
  // Without `--silent`, npm prints two lines of its own before the report.
  const begin = Math.max(text.search(/^\{/m), 0)
  let value: unknown
  try {
    value = JSON.parse(text.slice(begin))
  } catch {
    throw new Unreadable("its JSON is broken. Copy it again.")
  }
  if (isProgressReport(value)) return value
  throw new Unreadable(
    "it is not the report of this version of the workbook. Ask for a new one.",
  )
}

function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message
  if (hasCode(error, "EACCES", "EPERM"))
    return "you have no permission to read it."
  if (error instanceof Error && "code" in error) {
    return `it cannot be read (${error.code}).`
  }
  throw error
}

import { gunzipSync } from "node:zlib"
import { type ParsedTarFileItem, type ParseTarOptions, parseTar } from "nanotar"
import { hasCode } from "../learner/has-code.ts"
import { reportFile } from "../learner/pack.ts"
import { Unreadable } from "./unreadable.ts"

/** A small file can unpack to terabytes. */
const mostUnpackedMb = 64
const mostUnpackedBytes = mostUnpackedMb * 2 ** 20

/** A file's long name, in a part of its own. */
const longestNameBytes = 64 * 2 ** 10

/**
 * The report in an archive of `npm run export`. Only that one file is looked
 * at, and nothing is written anywhere.
 * @throws Unreadable if the archive is damaged, too large, or has no report
 */
export function reportBytes(archive: Uint8Array): Uint8Array {
  const tar = unzipped(archive)
  checkParts(tar)
  const [found] = parseTar<never, ParseTarOptions, ParsedTarFileItem>(tar, {
    filter: ({ name, type }) => {
      return name.replace(/^\.\//, "") === reportFile && type === "file"
    },
  })
  if (found?.data) return found.data
  throw new Unreadable(
    `it has no ${reportFile}. Ask for a new one, made by npm run export.`,
  )
}

/** @returns bytes in a buffer of their own: nanotar reads from its beginning */
function unzipped(archive: Uint8Array): Uint8Array {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) {
    throw new Unreadable(foreign)
  }
  try {
    const maxOutputLength = mostUnpackedBytes
    return new Uint8Array(gunzipSync(archive, { maxOutputLength }))
  } catch (error) {
    throw new Unreadable(zipProblem(error))
  }
}

function zipProblem(error: unknown): string {
  if (hasCode(error, "ERR_BUFFER_TOO_LARGE")) {
    return `it unpacks to more than ${mostUnpackedMb} MB. An export is much smaller.`
  }
  if (hasCode(error, "Z_BUF_ERROR")) return cutOff
  if (hasCode(error, "Z_DATA_ERROR")) return damaged
  throw error
}

const cutOff = "it is cut off in the middle. Copy it again."
const foreign = "it is not an archive of npm run export. Ask for a new one."
const damaged = "it is damaged. Copy it again."

/**
 * Goes from part to part as nanotar does, which trusts every size: a negative
 * one would keep it busy for ever, and so would thousands of global headers.
 */
function checkParts(tar: Uint8Array): void {
  let at = 0
  while (at < tar.length - 512 && tar[at] !== 0) {
    const size = Number.parseInt(latin1(tar, at + 124, at + 136), 8)
    const type = latin1(tar, at + 156, at + 157)
    const isName = "xKLN".includes(type)
    const isTooLong = isName && size > longestNameBytes
    if (!(size >= 0) || type === "g" || isTooLong) throw new Unreadable(foreign)
    if (at + 512 + size > tar.length) throw new Unreadable(cutOff)
    at += 512 + Math.ceil(size / 512) * 512
  }
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

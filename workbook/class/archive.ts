import { gunzipSync } from "node:zlib"
import { hasCode } from "../learner/has-code.ts"
import { reportFile } from "../learner/pack.ts"

/** Its message says why a file cannot be read, and what to do. */
export class Unreadable extends Error {}

const foreign = "it is not an archive of npm run export. Ask for a new one."
const damaged = "it is damaged. Copy it again."
const cutOff = "it is cut off in the middle. Copy it again."

/** A small file can unpack to terabytes. */
const mostUnpackedMb = 64

/** A part of a tar file begins with a block that describes it. */
const blockBytes = 512

/**
 * The report in an archive of `npm run export`. Only this file is read, and
 * nothing is written.
 * @throws Unreadable if the archive is damaged, too large, or has no report
 */
export function reportBytes(archive: Uint8Array): Uint8Array {
  for (const { name, data } of filesIn(unzipped(archive))) {
    if (name.replace(/^\.\//, "") === reportFile) return data
  }
  throw new Unreadable(
    `it has no ${reportFile}. Ask for a new one, made by npm run export.`,
  )
}

function unzipped(archive: Uint8Array): Buffer {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) throw new Unreadable(foreign)
  try {
    return gunzipSync(archive, { maxOutputLength: mostUnpackedMb * 2 ** 20 })
  } catch (error) {
    if (hasCode(error, "Z_BUF_ERROR")) throw new Unreadable(cutOff)
    if (hasCode(error, "Z_DATA_ERROR")) throw new Unreadable(damaged)
    if (!hasCode(error, "ERR_BUFFER_TOO_LARGE")) throw error
    throw new Unreadable(
      `it unpacks to more than ${mostUnpackedMb} MB. An export is much smaller.`,
    )
  }
}

/** By hand: nanotar trusts every size, and a negative one would keep it busy
 * forever. */
function* filesIn(tar: Buffer): Iterable<{ name: string; data: Uint8Array }> {
  let at = 0
  while (at + blockBytes <= tar.length && tar[at] !== 0) {
    const head = tar.toString("latin1", at, at + blockBytes)
    const [name = ""] = head.slice(0, 100).split("\0")
    const size = Number.parseInt(head.slice(124, 136), 8)
    const isFile = head[156] === "0" || head[156] === "\0"
    const begin = at + blockBytes
    if (!(size >= 0)) throw new Unreadable(foreign)
    if (begin + size > tar.length) throw new Unreadable(cutOff)
    if (isFile) yield { name, data: tar.subarray(begin, begin + size) }
    at = begin + Math.ceil(size / blockBytes) * blockBytes
  }
}

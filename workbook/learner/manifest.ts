import { createHash } from "node:crypto"
import { areStrings, isRecord } from "./read-json.ts"

/** The hash of the laid out file: a file that still has it is untouched. */
interface LaidOut {
  readonly hash: string
  /** The names of the tasks for which it got holes. */
  readonly blanked: readonly string[]
}

/** What was laid out, by file: `work/.manifest.json`. */
export type Manifest = Record<string, LaidOut>

/** For an unknown file: it counts as the learner's, even if it equals the file
 * that would be laid out. */
export const touched: LaidOut = { hash: "touched", blanked: [] }

/** Whether a file that was read has the shape of a manifest. */
export function isManifest(value: unknown): value is Manifest {
  return isRecord(value) && Object.values(value).every(isLaidOut)
}

function isLaidOut(value: unknown): value is LaidOut {
  if (!isRecord(value)) return false
  return typeof value.hash === "string" && areStrings(value.blanked)
}

/** What a manifest keeps of a file's text. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

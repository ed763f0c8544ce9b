import { writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { root } from "../workbook/folders.ts"
import { drawPicture } from "./picture.ts"
import { drawProfiles } from "./profiling/picture.ts"
import type { Profile } from "./profiling/profile.ts"
import { profileFile, readProfiles } from "./profiling/read-profiles.ts"
import { readResult, resultFile } from "./read-result.ts"
import type { Result } from "./result.ts"

/** The pictures of the pages, as they are drawn from what was saved: their files
 * and contents. */
export const pictures: Readonly<Record<string, () => string>> = {
  "docs/public/bench.svg": () => drawPicture(readResult()),
  "docs/public/profile.svg": () => drawProfiles(...readProfiles()),
}

/** Writes the result from which the page "How fast" is made. */
export function saveResult(result: Result): void {
  write(resultFile, toJson(result))
}

/** Writes the profile of a step. */
export function saveProfile(profile: Profile): void {
  write(profileFile(profile.step), toJson(profile))
}

/** Draws all pictures again. */
export function savePictures(): void {
  for (const [file, draw] of Object.entries(pictures)) {
    write(join(root, file), draw())
  }
}

function toJson(value: object): string {
  const json = JSON.stringify(value, (_key, value) => rounded(value), 2)
  return `${json}\n`
}

/** More digits would mean nothing. */
function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value
}

function write(file: string, text: string): void {
  writeFileSync(file, text)
  console.log(`Wrote ${relative(root, file)}.`)
}

import { writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { root } from "../workbook/folders.ts"
import { drawPicture } from "./picture.ts"
import type { Result } from "./result.ts"

export const resultFile = join(root, "bench/result.json")
const pictureFile = join(root, "docs/public/bench.svg")

/** Writes what the page "How fast" is made of. */
export function saveResult(result: Result): void {
  write(resultFile, `${JSON.stringify(result, undefined, 2)}\n`)
  write(pictureFile, drawPicture(result))
}

function write(file: string, text: string): void {
  writeFileSync(file, text)
  console.log(`Wrote ${relative(root, file)}.`)
}

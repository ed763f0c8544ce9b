import { writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { root } from "../workbook/folders.ts"
import { drawPicture } from "./picture.ts"
import { resultFile } from "./read-result.ts"
import type { Result } from "./result.ts"

const pictureFile = join(root, "docs/public/bench.svg")

/** Writes the files from which the page "How fast" is made. */
export function saveResult(result: Result): void {
  const json = JSON.stringify(result, (_key, value) => rounded(value), 2)
  write(resultFile, `${json}\n`)
  write(pictureFile, drawPicture(result))
}

/** More digits would mean nothing. */
function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value
}

function write(file: string, text: string): void {
  writeFileSync(file, text)
  console.log(`Wrote ${relative(root, file)}.`)
}

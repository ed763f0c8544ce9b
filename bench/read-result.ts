import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../workbook/folders.ts"
import type { Result } from "./result.ts"

/** Where `npm run bench -- --save` writes. */
export const resultFile = join(root, "bench/result.json")

/** @returns the run that was saved last */
export function readResult(): Result {
  return JSON.parse(readFileSync(resultFile, "utf8"))
}

import { readFileSync } from "node:fs"
import type { MarkdownOptions } from "vitepress"
import { regionOf } from "../../workbook/course/regions.ts"

type Transformer = NonNullable<MarkdownOptions["codeTransformers"]>[number]

/**
 * What stands above a region in its file. Lines are coloured by what came
 * before them: methods alone, without their class, are taken for calls.
 * @param path of the file
 * @param region its name; nothing stands above a whole file
 */
export function linesAbove(path: string, region: string | undefined): string[] {
  if (!region) return []
  const text = readFileSync(path, "utf8")
  const { begin } = regionOf(path, text, region)
  return text.split("\n").slice(0, begin)
}

/** What a fence says after its language, for `withoutLinesAbove` to read. */
export function linesAboveMark(count: number): string {
  return ` above=${count}`
}

/** Takes the lines above a region out again, once all have their colours. */
export const withoutLinesAbove: Transformer = {
  name: "without-lines-above",
  tokens(lines) {
    const words = this.options.meta?.__raw ?? ""
    const [, count = "0"] = /\babove=(\d+)/.exec(words) ?? []
    return lines.slice(Number(count))
  },
}

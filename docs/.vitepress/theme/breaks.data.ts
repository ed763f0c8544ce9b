import { root } from "../../../workbook/folders.ts"
import { type Break, readBreak } from "../../../workbook/site/breaks.ts"
import { readPages } from "../../../workbook/site/page.ts"

export declare const data: Readonly<Record<string, Break>>

// VitePress asks for a default export.
export default {
  watch: ["../../steps/*.md", "../../../steps/**/*.ts"],
  load(): typeof data {
    const breaks = readPages(root).flatMap(
      (page) => readBreak(root, page) ?? [],
    )
    return Object.fromEntries(breaks.map((it) => [it.step, it]))
  },
}

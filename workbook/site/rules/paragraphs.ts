import type { Site } from "./site.ts"

/** No component begins a line within a paragraph: Markdown would end the
 * paragraph there, and a sentence would stand in pieces. */
export function* paragraphs({ pages }: Site): Iterable<string> {
  for (const page of pages) {
    for (const [index, { text, fence, number }] of page.lines.entries()) {
      const above = page.lines[index - 1]
      const isWithin = /[\p{L}\p{N},;:)]\s*$/u.test(above?.text ?? "")
      const isCode = fence !== undefined || above?.fence !== undefined
      const [tag] = /^\s*<[A-Z]\w*/.exec(text) ?? []
      if (!tag || !isWithin || isCode) continue
      yield `${page.place(number)}: ${tag.trim()} begins a line within a ` +
        "paragraph, and so ends it: break the line at another word"
    }
  }
}

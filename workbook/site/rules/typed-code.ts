import type { Site } from "../site.ts"

const typed = ["sh", "mermaid"]

/** Code and output on a page come from files that are run or captured, so that
 * they are true: only commands and diagrams are typed. */
export function typedCode({ pages }: Site): string[] {
  return pages.flatMap((page) => {
    return page.lines
      .filter(({ fence }, index) => {
        const isFirst = page.lines[index - 1]?.fence === undefined
        return fence !== undefined && isFirst && !typed.includes(fence)
      })
      .map(({ number, fence }) => {
        const kind = fence ? `code in ${fence}` : "a fence without a language"
        return (
          `${page.place(number)}: ${kind} is typed here: show it by "<<<" ` +
          "from a file, or write a command in a fence with sh"
        )
      })
  })
}

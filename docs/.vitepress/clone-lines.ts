import type { MarkdownRenderer } from "vitepress"

/** Begins each fence that is marked by the word `clone` with these lines; a
 * workbook that is in no known place has none. */
export function beginWithClone(
  md: MarkdownRenderer,
  lines: readonly string[],
): void {
  md.core.ruler.push("clone-lines", ({ tokens }) => {
    for (const token of tokens) {
      if (token.type !== "fence" || !/^sh clone$/.test(token.info)) continue
      token.info = "sh"
      token.content = [...lines, token.content].join("\n")
    }
  })
}

import type { MarkdownRenderer } from "vitepress"
import { titleAnchor } from "../../workbook/site/page.ts"

/** Gives titles an anchor of their own, so that the search finds what stands
 * below them. */
export function anchorTitles(md: MarkdownRenderer): void {
  md.core.ruler.before("anchor", "title-anchor", ({ tokens }) => {
    for (const token of tokens) {
      const isTitle = token.type === "heading_open" && token.tag === "h1"
      if (isTitle) token.attrSet("id", titleAnchor)
    }
  })
}

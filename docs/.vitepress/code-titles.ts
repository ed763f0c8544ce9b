import type { MarkdownRenderer } from "vitepress"

/** Lets each block of code keep the title of its tab: on paper there are no
 * tabs, and blocks stand below each other. */
export function titleCode(md: MarkdownRenderer): void {
  const render = md.renderer.rules.fence
  if (!render) throw new Error("markdown-it no longer has a rule for fences")
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    // Before it is rendered: that takes the title out.
    const [, title] = /\[(.+)\]/.exec(tokens[index]?.info ?? "") ?? []
    const html = render(tokens, index, ...rest)
    if (!title) return html
    const attribute = `data-title="${md.utils.escapeHtml(title)}"`
    return html.replace("<div ", () => `<div ${attribute} `)
  }
}

import type { MarkdownRenderer } from "vitepress"

/** Turns mermaid fences into a component that draws them. */
export function drawDiagrams(md: MarkdownRenderer): void {
  const render = md.renderer.rules.fence
  if (!render) throw new Error("markdown-it no longer has a rule for fences")
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index]
    if (token?.info.trim() !== "mermaid") return render(tokens, index, ...rest)
    return `<Diagram source="${encodeURIComponent(token.content)}" />\n`
  }
}

import { join } from "node:path"
import { root } from "../../workbook/folders.ts"
import {
  drawingNames,
  drawingPath,
  isNotDrawn,
  readDrawing,
} from "../../workbook/site/drawing/drawings.ts"

/** What a page knows of itself while it is rendered. */
interface Environment {
  readonly includes?: string[]
}

/**
 * A diagram as its drawing, with its text in a fold.
 * @param source what Mermaid has drawn
 * @param toHtml escapes a text
 * @param env of the page, which follows a new drawing while it is open
 * @returns the source alone if its drawing is of another one, and what to do
 */
export function renderDiagram(
  source: string,
  toHtml: (text: string) => string,
  { includes }: Environment,
): string {
  const names = drawingNames(root)
  includes?.push(...names.map((name) => join(root, drawingPath(name))))
  const text = `<pre tabindex="0">${literal(toHtml(source.trim()))}</pre>`
  const found = names.map((name) => readDrawing(root, name, source))
  const svg = found.find((drawing) => drawing !== undefined)
  if (svg === undefined) {
    const problem = `<p><strong>${toHtml(isNotDrawn)}</strong></p>`
    return `<figure class="diagram">${problem}${text}</figure>\n`
  }
  const isSequence = source.trimStart().startsWith("sequenceDiagram")
  const kind = isSequence ? "Sequence diagram" : "Diagram"
  const [, width] = /width="(\d+)"/.exec(svg) ?? []
  // Without `role`, which Vue does not take for HTML: a drawing is then no part
  // of the page's script.
  const drawing = svg.replace("<svg", '<svg aria-hidden="true"')
  return (
    `<figure class="diagram" aria-label="${kind}; its text follows">` +
    `<div class="drawing" style="--natural-width: ${width}px" tabindex="0">` +
    `${literal(drawing)}</div>` +
    `<details><summary>The diagram as text</summary>${text}</details>` +
    "</figure>\n"
  )
}

/** HTML in which Vue sees no expression. */
function literal(html: string): string {
  return html.replaceAll("{{", "&#123;&#123;")
}

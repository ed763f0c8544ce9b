import {
  diagramsOf,
  drawCommand,
  drawingNames,
  drawingPath,
  readDrawing,
} from "../drawing/drawings.ts"
import type { Site } from "./site.ts"

/** What the column shows of a drawing, and how high that may be: less than
 * half a screen is left for the sentences about it. */
const columnWidth = 688
const mostHeight = 420

/** Every diagram is drawn as it is now, and small enough for a screen. */
export function* diagrams({ root, pages }: Site): Iterable<string> {
  const left = new Set(drawingNames(root))
  for (const page of pages) {
    for (const { name, source, line } of diagramsOf(page)) {
      left.delete(name)
      const drawing = readDrawing(root, name, source)
      if (drawing === undefined) {
        yield `${page.place(line)}: ${drawingPath(name)} is not a drawing of ` +
          `this diagram: run "${drawCommand}"`
        continue
      }
      const height = heightOf(drawing)
      if (height <= mostHeight) continue
      yield `${page.place(line)}: the drawing is ${height} px high, at most ` +
        `${mostHeight}: use fewer boxes or arrows`
    }
  }
  for (const name of left) {
    yield `${drawingPath(name)} belongs to no diagram: run "${drawCommand}"`
  }
}

function heightOf(svg: string): number {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
  const scale = Math.min(1, columnWidth / Number(width))
  return Math.round(Number(height) * scale)
}

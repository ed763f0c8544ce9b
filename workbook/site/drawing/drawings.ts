import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root as workbook } from "../../folders.ts"
import type { Page } from "../page.ts"
import { settings, variables } from "./settings.ts"

/** A Mermaid diagram on a page. */
export interface Diagram {
  /** The name of the diagram and of its drawing: "04-groups". */
  readonly name: string
  readonly source: string
  /** The line of its fence. */
  readonly line: number
}

/** Where the drawings are, in docs/. */
const folder = "diagrams"

export const drawCommand = "npm run docs:check -- --draw"

/** Shown instead of a diagram that has changed since it was drawn. */
export const isNotDrawn = `This diagram has changed since it was drawn. Run: ${drawCommand}`

/** A page's diagrams, in their order. */
export function diagramsOf({ path, step, lines }: Page): Diagram[] {
  const found: { line: number; source: string[] }[] = []
  for (const [index, { fence, text, number }] of lines.entries()) {
    if (fence !== "mermaid") continue
    const isFirst = lines[index - 1]?.fence === undefined
    if (isFirst) found.push({ line: number, source: [] })
    else if (!text.startsWith("```")) found.at(-1)?.source.push(text)
  }
  const page = step ?? path.replace(/\.md$/, "").replaceAll("/", "-")
  return found.map(({ line, source }, index) => ({
    name: index === 0 ? page : `${page}-${index + 1}`,
    source: source.join("\n"),
    line,
  }))
}

/** @param root of the workbook
 * @returns the names of all existing drawings */
export function drawingNames(root: string): string[] {
  const path = join(root, "docs", folder)
  const files = existsSync(path) ? readdirSync(path) : []
  return files.map((file) => file.replace(/\.svg$/, "")).sort()
}

/** The file of a diagram's drawing, relative to the workbook. */
export function drawingPath(name: string): string {
  return `docs/${folder}/${name}.svg`
}

/**
 * @param root of the workbook
 * @param name of the drawing
 * @param source of the diagram
 * @returns the drawing, as HTML; undefined if it was drawn from anything else
 */
export function readDrawing(
  root: string,
  name: string,
  source: string,
): string | undefined {
  const path = join(root, drawingPath(name))
  if (!existsSync(path)) return undefined
  const svg = readFileSync(path, "utf8").trim()
  return svg.includes(`data-from="${digestOf(source)}"`) ? svg : undefined
}

/** A drawing that names what it was drawn from, for `readDrawing`. */
export function signed(svg: string, source: string): string {
  return `${svg.replace(/^<svg/, `<svg data-from="${digestOf(source)}"`)}\n`
}

export const mermaid = join(workbook, "node_modules/@mermaid-js/tiny")
export const inPage = join(workbook, "workbook/site/drawing/in-page.js")

/** Changes with the source, and with all that decides how it is drawn. */
function digestOf(source: string): string {
  const { version } = JSON.parse(
    readFileSync(join(mermaid, "package.json"), "utf8"),
  )
  const drawing = readFileSync(inPage, "utf8")
  const all = [source.trim(), settings, variables, version, drawing]
  const hash = createHash("sha256").update(JSON.stringify(all))
  return hash.digest("hex").slice(0, 16)
}

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { renderDiagram } from "../../docs/.vitepress/diagrams.ts"
import { root } from "../../workbook/folders.ts"
import {
  chromiumRemedy,
  findChromium,
} from "../../workbook/machine/chromium.ts"
import { drawChanged } from "../../workbook/site/drawing/draw.ts"

const svg = "docs/diagrams/01-sum.svg"

/** A copy of a small course, and what draws its diagrams. */
async function ownCourse() {
  const folder = await mkdtemp(join(tmpdir(), "workbook-diagrams-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(join(root, "tests/fixtures/lesson"), folder, { recursive: true })
  const chromium = findChromium()
  if (!chromium) throw new Error(chromiumRemedy)
  return { folder, draw: () => drawChanged(folder, chromium) }
}

test("a diagram is drawn once, and again when it has changed", async () => {
  const { folder, draw } = await ownCourse()
  expect(await draw()).toEqual([svg])
  expect(await draw()).toEqual([])
  const page = join(folder, "docs/steps/01-sum.md")
  const text = await readFile(page, "utf8")
  await writeFile(page, text.replace("one --> sum", "one -->|adds| sum"))
  expect(await draw()).toEqual([svg])
  expect(await readFile(join(folder, svg), "utf8")).toContain("adds")
  await writeFile(page, text.replace(/```mermaid[^`]*```/, ""))
  expect(await draw()).toEqual([svg])
  await expect(readFile(join(folder, svg))).rejects.toThrow("ENOENT")
})

test("a drawing uses the page's colours, and has unique ids", async () => {
  const { folder, draw } = await ownCourse()
  await draw()
  const drawing = await readFile(join(folder, svg), "utf8")
  const colours = [...drawing.matchAll(/ (?:fill|stroke)="([^"]*)"/g)]
  const kinds = new Set(colours.map(([, it = ""]) => it.split(",")[0]))
  expect([...kinds].sort()).toEqual([
    "none",
    "var(--diagram-border",
    "var(--diagram-box",
    "var(--diagram-line",
    "var(--diagram-text",
  ])
  expect(drawing).not.toMatch(/<style|class=|style=/)
  for (const [, id] of drawing.matchAll(/ id="([^"]*)"/g)) {
    expect(id).toMatch(/^diagram-01-sum/)
  }
})

test("the error for a diagram that Mermaid cannot draw names it", async () => {
  const { folder, draw } = await ownCourse()
  const page = join(folder, "docs/steps/01-sum.md")
  const text = await readFile(page, "utf8")
  await writeFile(page, text.replace("one --> sum", "one --> [sum"))
  await expect(draw()).rejects.toThrow(svg)
})

test("a page shows the source of a diagram that is not drawn, and what to do", () => {
  const shown = renderDiagram("flowchart LR\n  a --> b\n", (it) => it, {})
  expect(shown).not.toContain("<svg")
  expect(shown).toContain("a --> b")
  expect(shown).toContain(
    "This diagram has changed since it was drawn. " +
      "Run: npm run docs:check -- --draw",
  )
})

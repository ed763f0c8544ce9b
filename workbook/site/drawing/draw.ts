import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { CommandError } from "../../command-error.ts"
import { launchArguments } from "../../machine/chromium.ts"
import { readPages } from "../page.ts"
import {
  type Diagram,
  diagramsOf,
  drawingNames,
  drawingPath,
  inPage,
  mermaid,
  readDrawing,
  signed,
} from "./drawings.ts"
import { settings, variables } from "./settings.ts"

/** What `in-page.js` adds to the page that it is handed to. */
declare const drawDiagram: (
  id: string,
  source: string,
  settings: object,
  variables: object,
) => Promise<string>

/**
 * Draws every diagram that has changed since it was drawn, and removes drawings
 * that no diagram has.
 * @param root of the workbook
 * @param chromium the browser's program
 * @returns the files that have changed, relative to the workbook
 * @throws CommandError that names the diagram that Mermaid cannot draw
 */
export async function drawChanged(
  root: string,
  chromium: string,
): Promise<string[]> {
  const diagrams = readPages(root).flatMap(diagramsOf)
  const changed = diagrams.filter(({ name, source }) => {
    return readDrawing(root, name, source) === undefined
  })
  const left = drawingNames(root).filter((name) => {
    return !diagrams.some((diagram) => diagram.name === name)
  })
  if (changed.length > 0) await draw(root, chromium, changed)
  for (const name of left) rmSync(join(root, drawingPath(name)))
  return [...changed.map(({ name }) => name), ...left].map(drawingPath)
}

async function draw(
  root: string,
  executablePath: string,
  diagrams: readonly Diagram[],
): Promise<void> {
  const { chromium } = await import("playwright-core")
  const browser = await chromium.launch({
    executablePath,
    args: launchArguments(),
  })
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ path: join(mermaid, "dist/mermaid.tiny.js") })
    await page.addScriptTag({ path: inPage })
    for (const { name, source } of diagrams) {
      const drawn = await page
        .evaluate(
          ([id, text, how, names]) => drawDiagram(id, text, how, names),
          [`diagram-${name}`, source, settings, variables] as const,
        )
        .catch((error: Error) => {
          throw new CommandError(`${drawingPath(name)}: ${error.message}`)
        })
      const path = join(root, drawingPath(name))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, signed(drawn, source))
    }
  } finally {
    await browser.close()
  }
}

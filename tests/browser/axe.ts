import { join } from "node:path"
import type { Page } from "playwright-core"
import { expect } from "vitest"
import { root } from "../../workbook/folders.ts"

const axe = join(root, "node_modules/axe-core/axe.min.js")

/** What axe-core puts into a page. */
interface Axe {
  run(): Promise<{
    violations: { id: string; nodes: { html: string }[] }[]
  }>
}

const sizes = [
  [1280, 800],
  [320, 568],
  [740, 360],
] as const

/** Looks at a page in windows of three sizes, and leaves it in the last one.
 * Scripts must be allowed there: `bypassCSP`.
 * @throws Error if axe finds a violation, or the page is too wide */
export async function shutsNoOneOut(page: Page, what: string): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height })
    const where = `${what}, ${width} × ${height}`
    expect(await violationsOn(page), where).toEqual([])
    const overflow = () => document.documentElement.scrollWidth - innerWidth
    expect(await page.evaluate(overflow), where).toBe(0)
  }
}

/** @returns what would shut a person out, as axe sees it */
async function violationsOn(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => {
      return `${id}: ${nodes[0]?.html.slice(0, 200)}`
    })
  })
}

import { join } from "node:path"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { paths, useSite } from "./built-site.ts"

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

interface Axe {
  run(options: object): Promise<{ readonly violations: readonly Violation[] }>
}

const widths = [1280, 320]
const colorSchemes = ["light", "dark"] as const
const axe = join(root, "node_modules/axe-core/axe.min.js")

const open = useSite()

describe("on any screen, light or dark, nothing is wrong with", () => {
  test.each([...paths, "/404.html"])(
    "%s",
    { timeout: 60_000 },
    async (path) => {
      const { page, complaints, strangers } = await open(path)
      // Colours that are on their way to others cannot be judged.
      await page.addStyleTag({ content: "* { transition: none !important }" })
      await page.addScriptTag({ path: axe })
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        expect(await overflowOf(page), `at ${width} px`).toBe(0)
        for (const colorScheme of colorSchemes) {
          await page.emulateMedia({ colorScheme })
          await showsIn(page, colorScheme)
          const what = `${width} px, ${colorScheme}`
          expect(await violationsOn(page), what).toEqual([])
        }
      }
      expect(complaints).toEqual([])
      expect(strangers).toEqual([])
    },
  )
})

/** Waits until the page has these colours. */
async function showsIn(page: Page, colorScheme: string): Promise<void> {
  await page.waitForFunction((isDark) => {
    return document.documentElement.matches(".dark") === isDark
  }, colorScheme === "dark")
}

/** @returns by how many pixels the page is wider than its window */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    return document.documentElement.scrollWidth - window.innerWidth
  })
}

/** @returns the accessibility violations that axe finds */
function violationsOn(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run({ resultTypes: ["violations"] })
    // Best practices: a screen reader jumps from landmark to landmark.
    const landmarks = ["landmark-one-main", "region"]
    return violations
      .filter(({ id, impact }) => {
        const isGrave = ["serious", "critical"].includes(impact)
        return isGrave || landmarks.includes(id)
      })
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
  })
}

import { describe, expect, test } from "vitest"
import { listSteps } from "../../workbook/steps.ts"
import { useSite } from "./built-site.ts"

const open = useSite()

/** The margins that browsers suggest, or more. */
const margin = { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" }

const mostPages = 10

describe.each(listSteps())("the lesson of $name", ({ name }) => {
  const path = `/steps/${name}.html`

  test(`prints on at most ${mostPages} pages`, async () => {
    const { page } = await open(path)
    const pdf = await page.pdf({ format: "A4", margin })
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)
    expect(pages?.length).toBeGreaterThan(2)
    expect(pages?.length).toBeLessThanOrEqual(mostPages)
  })

  test("has no heading or introduction at the end of a page", async () => {
    const { page } = await open(path)
    await page.emulateMedia({ media: "print" })
    const loose = await page.evaluate(() => {
      const leading = document.querySelectorAll(
        ".vp-doc :is(h1, h2, h3), .vp-doc p:has(+ [class*=language-])",
      )
      return [...leading].filter((element) => {
        const isKept = element.closest(".task, details") !== null
        return !isKept && getComputedStyle(element).breakAfter !== "avoid"
      }).length
    })
    expect(loose).toBe(0)
    const breaks = await page.locator(".task").evaluateAll((cards) => {
      return cards.map((card) => getComputedStyle(card).breakInside)
    })
    expect(new Set(breaks)).toEqual(new Set(["avoid"]))
  })

  test.each([1280, 360])(
    "shows whole lines of output at %i px",
    async (width) => {
      const { page } = await open(path, { viewport: { width, height: 800 } })
      for (const media of ["screen", "print"] as const) {
        await page.emulateMedia({ media })
        const hidden = await page
          .locator(".language-txt pre")
          .evaluateAll((all) =>
            all.map((block) => block.scrollWidth - block.clientWidth),
          )
        expect(hidden.length).toBeGreaterThan(0)
        expect(Math.max(...hidden), media).toBe(0)
      }
    },
  )
})

import { expect, test } from "vitest"
import { useSite } from "./built-site.ts"

const open = useSite()
const path = "/instructor/run-sheet.html"

test.each(["A4", "Letter"])("prints on one page of %s", async (format) => {
  const { page } = await open(path, { colorScheme: "dark" })
  const sheet = await page.pdf({ format, preferCSSPageSize: true })
  expect(pagesIn(sheet)).toBe(1)
  await page.goto(page.url().replace("run-sheet", "day"))
  expect(pagesIn(await page.pdf({ format }))).toBeGreaterThan(1)
})

test("on paper, each line has room for the actual time", async () => {
  const { page } = await open(path)
  const column = page.getByRole("columnheader", { name: "Actual" })
  expect(await column.count()).toBe(0)
  await page.emulateMedia({ media: "print" })
  expect(await column.isVisible()).toBe(true)
})

test("the run sheet has the times of the plan", async () => {
  const { page, url } = await open(path)
  const clocks = await page.locator(".run-sheet td:first-child").allInnerTexts()
  await page.goto(`${url}/instructor/day.html`)
  const begins = page.locator("table").first().locator("td:first-child")
  const planned = await begins.allInnerTexts()
  expect(planned.length).toBeGreaterThan(10)
  for (const clock of planned) expect(clocks).toContain(clock)
  expect(planned.at(-1)).toBe(clocks.at(-1))
})

/** @returns how many pages a PDF of Chromium has */
function pagesIn(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0
}

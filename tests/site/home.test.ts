import type { Locator, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { cloneLines, readRepository } from "../../workbook/site/repository.ts"
import { listSteps } from "../../workbook/steps.ts"
import { htmlOf, useSite } from "./built-site.ts"

const open = useSite()
const repository = readRepository(root)
const desktop = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }

describe("the first screen of the home page", () => {
  test.each([desktop, phone])(
    "has the buttons, and the commands to copy, on $width × $height",
    async (viewport) => {
      const { page } = await open("/", {
        viewport,
        hasTouch: viewport === phone,
      })
      const start = commands(page)
      for (const part of [
        page.getByRole("heading", { level: 1 }),
        page.getByRole("link", { name: "Start step 1" }),
        page.getByRole("link", { name: "See it run", exact: true }),
        start.locator("pre"),
        start.locator("button.copy"),
      ]) {
        expect(await isOnScreen(part, viewport)).toBe(true)
      }
    },
  )

  test("has commands that are copied without the prompt", async () => {
    const { page } = await open("/", {
      permissions: ["clipboard-read", "clipboard-write"],
    })
    await commands(page).locator("button.copy").click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const clone = repository ? cloneLines(repository) : []
    const lines = [...clone, "npm ci", "npm run learn 1"]
    expect(copied.trim()).toBe(lines.join("\n"))
  })

  test("leads to the first lesson, and to the chat below", async () => {
    const { page, url } = await open("/")
    const start = page.getByRole("link", { name: "Start step 1" })
    const [first] = listSteps()
    expect(await start.getAttribute("href")).toContain(`steps/${first?.name}`)
    await page.getByRole("link", { name: "See it run", exact: true }).click()
    await page.waitForURL(`${url}/#see-it-run`)
    expect(await page.locator("#see-it-run").isVisible()).toBe(true)
  })
})

describe("the steps on the home page", () => {
  test.each([desktop, phone])(
    "are all there on $width px",
    async (viewport) => {
      const { page } = await open("/", { viewport })
      for (const { number, title, goal, minutes } of listSteps()) {
        const row = page.getByRole("row", { name: `${number}. ${title}` })
        const text = await row.innerText()
        expect(text).toContain(goal)
        expect(text).toContain(`${minutes} min`)
      }
      const table = page.locator("table.steps")
      const hidden = await table.evaluate(
        (it) => it.scrollWidth - it.clientWidth,
      )
      expect(hidden).toBe(0)
      for (const cell of await table.locator("td:not(:empty)").all()) {
        const box = await cell.boundingBox()
        expect(box?.x).toBeGreaterThanOrEqual(0)
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(
          viewport.width,
        )
      }
    },
  )
})

test("the pages link to the repository, if it is known", () => {
  const links = [...htmlOf("/steps/01-echo.html").matchAll(/<a\b[^>]*>/g)]
  const source = links
    .map(String)
    .filter((link) => link.includes("Source code"))
  expect(source.every((link) => link.includes(`${repository?.url}"`))).toBe(
    true,
  )
  expect(source.length > 0).toBe(repository !== undefined)
})

test("without scripts, the home page has its commands and its steps", async () => {
  const { page } = await open("/", { javaScriptEnabled: false })
  expect(await commands(page).innerText()).toContain("npm run learn 1")
  const rows = page.locator("table.steps tbody tr")
  expect(await rows.count()).toBe(listSteps().length)
})

function commands(page: Page): Locator {
  return page.locator(".start div[class*=language-]")
}

async function isOnScreen(
  part: Locator,
  { width, height }: typeof desktop,
): Promise<boolean> {
  const box = await part.boundingBox()
  if (!box) return false
  const isBeside = box.x < 0 || box.x + box.width > width
  return !isBeside && box.y >= 0 && box.y + box.height <= height
}

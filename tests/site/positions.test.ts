import type { Locator } from "playwright-core"
import { describe, expect, test } from "vitest"
import { listSteps } from "../../workbook/steps.ts"
import { useSite } from "./built-site.ts"

const open = useSite()

const screen = { width: 1280, height: 800 }

/** By this screen, a reader must have seen the tasks. */
const screensBeforeTasks = 8

describe.each(listSteps())("in the lesson of $name", ({ name }) => {
  test("what to run is on the first screen, tasks begin by the eighth", async () => {
    const { page } = await open(`/steps/${name}.html`, { viewport: screen })
    const command = page.locator(".language-sh").first()
    expect(await command.innerText()).toContain(" -- --trace")
    expect(await topOf(page.locator("h2#see-it-first"))).toBeLessThan(
      await topOf(command),
    )
    expect(await bottomOf(command)).toBeLessThanOrEqual(screen.height)
    expect(await topOf(page.locator("h2#your-turn"))).toBeLessThan(
      screen.height * screensBeforeTasks,
    )
  })
})

function topOf(element: Locator): Promise<number> {
  return element.evaluate((it) => it.getBoundingClientRect().top + scrollY)
}

function bottomOf(element: Locator): Promise<number> {
  return element.evaluate((it) => it.getBoundingClientRect().bottom + scrollY)
}

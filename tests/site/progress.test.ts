import type { Page } from "playwright-core"
import { describe, expect, onTestFinished, test } from "vitest"
import { useBrowser } from "../browser/browser.ts"
import { Command } from "../support/command.ts"
import { ownFolder } from "../support/own-folder.ts"

const newVisitor = useBrowser()

describe("served by npm run docs, the sidebar", () => {
  test("ticks a step once its checks pass", { timeout: 180_000 }, async () => {
    const WORK = ownFolder("work")
    const run = (line: string) => Command.run(`npm run ${line}`, { WORK })
    await run("learn 1 -- --once")
    const url = await serve(WORK)
    const { page } = await newVisitor()
    page.setDefaultTimeout(60_000) // the server compiles what a page asks for
    const answered = page.waitForResponse("**/progress.json")
    await page.goto(`${url}steps/02-routing.html`, { waitUntil: "commit" })
    await answered
    expect(await ticksOn(page)).toEqual([])

    await run("solve 1")
    const { code, output } = await run("check 1")
    expect(code, output).toBe(0)
    await page.getByRole("link", { name: "3. Pages" }).first().click()
    const tick = page.locator(".VPSidebar a", { hasText: "1. Echo" })
    await tick.getByText("✓").waitFor()
    expect(await ticksOn(page)).toEqual(["1. Echo ✓, done"])
  })
})

/** Serves the pages beside a learner's folder.
 * @returns their address, with a slash at its end */
async function serve(WORK: string): Promise<string> {
  const command = new Command("npm run docs 0", { WORK })
  onTestFinished(async () => {
    command.signal("SIGINT")
    await command.gone()
  })
  const [, url = ""] = await command.printed(/Local:\s+(http:\/\/\S+:\d+\/)/)
  return url
}

/** The steps that are ticked, as a screen reader reads them. */
function ticksOn(page: Page): Promise<string[]> {
  const ticked = page.locator(".VPSidebar a", { hasText: "✓" })
  return ticked.evaluateAll((all) => all.map((it) => it.textContent ?? ""))
}

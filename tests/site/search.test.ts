import { describe, expect, test } from "vitest"
import { useSite } from "./built-site.ts"

const open = useSite()

describe("the search leads", () => {
  test.each([
    ["broadcast", "/reference/glossary.html#broadcast"],
    ["presence", "/reference/glossary.html#presence"],
    ["typing indicator", "/reference/glossary.html#typing-indicator"],
    ["deploy", "/reference/glossary.html#deploy"],
    ["git clone", "/#clone-and-start"],
  ])("from %s to %s", async (words, target) => {
    const { page } = await open("/steps/01-echo.html")
    await page.keyboard.press("Control+k")
    await page.fill("#localsearch-input", words)
    // Results of the letters before come first, and go.
    const first = page.locator(".VPLocalSearchBox .result").first()
    await first.and(page.locator(`[href="${target}"]`)).waitFor()
    expect(await first.getAttribute("href")).toBe(target)
  })
})

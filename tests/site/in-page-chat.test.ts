import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Locator, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { useSite } from "./built-site.ts"

const open = useSite()

/** The largest size of the steps' code, compressed. */
const mostBytes = 10_000

describe("the live chat of the home page", () => {
  test("begins with messages that went through step 4", async () => {
    const { page, complaints, strangers } = await open("/index.html")
    await comeNear(page)
    await shows(page, "ada", ["Is anyone here?", "I am. And the kettle is on."])
    expect(await framesOf(page)).toEqual([
      ...wayOf('{"message":"Is anyone here?"}', "ada"),
      ...wayOf('{"message":"I am. And the kettle is on."}', "grace"),
    ])
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
  })

  test("delivers to both, and marks the sender's own messages", async () => {
    const { page } = await open("/index.html")
    await comeNear(page)
    await shows(page, "ada", ["Is anyone here?", "I am. And the kettle is on."])
    const field = pane(page, "grace").getByRole("textbox")
    await field.fill("<b>Milk</b> or sugar?")
    await field.press("Enter")
    expect(await field.inputValue()).toBe("")
    for (const name of ["ada", "grace"]) {
      const last = pane(page, name).locator(".message").nth(2)
      expect(await last.innerText()).toBe("<b>Milk</b> or sugar?")
      const isOwn = await last.evaluate((it) => it.matches(".own"))
      expect(isOwn).toBe(name === "grace")
    }
    const sent = '{"message":"<b>Milk</b> or sugar?"}'
    expect((await framesOf(page)).slice(6)).toEqual(wayOf(sent, "grace"))
  })

  test("does not move the page or take the focus", async () => {
    const { page } = await open("/index.html")
    const loaded: string[] = []
    page.on("request", (request) => loaded.push(request.url()))
    const focused = await page.evaluate(() => document.activeElement?.tagName)
    const height = await page.evaluate(() => document.body.scrollHeight)
    await comeNear(page)
    await shows(page, "ada", ["Is anyone here?", "I am. And the kettle is on."])
    expect(await page.evaluate(() => document.body.scrollHeight)).toBe(height)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe(
      focused,
    )
    expect(loaded.filter((url) => url.includes("room."))).toEqual([])
  })

  test("is a picture of a room if scripts are disabled", async () => {
    const { page } = await open("/index.html", { javaScriptEnabled: false })
    const picture = page.getByRole("img", { name: "Two people talking" })
    await picture.scrollIntoViewIfNeeded()
    expect(await picture.isVisible()).toBe(true)
    expect(await page.locator(".in-page-chat .chat").isVisible()).toBe(false)
  })

  test("is small, and is not loaded with the first page", () => {
    const dist = join(root, "docs/.vitepress/dist")
    const chunks = join(dist, "assets/chunks")
    const names = readdirSync(chunks)
    const [name = "", ...others] = names.filter((it) => {
      return it.startsWith("serve-in-page.")
    })
    expect(others).toEqual([])
    const bytes = gzipSync(readFileSync(join(chunks, name))).length
    expect(bytes).toBeLessThan(mostBytes)
    const html = readFileSync(join(dist, "index.html"), "utf8")
    expect(html).not.toContain(name)
  })
})

function pane(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true })
}

/** Scrolls to the chat: only then is its code loaded. */
async function comeNear(page: Page): Promise<void> {
  await page.locator(".in-page-chat").scrollIntoViewIfNeeded()
}

/** Waits until a window shows as many messages, and compares them. */
async function shows(
  page: Page,
  name: string,
  messages: string[],
): Promise<void> {
  const shown = pane(page, name).locator(".message")
  await shown.nth(messages.length - 1).waitFor()
  expect(await shown.allInnerTexts()).toEqual(messages)
}

/** A frame's way through the server: the members get it in any order. */
function wayOf(frame: string, sender: string): string[] {
  return [
    `${sender} to server ${frame}`,
    `server to ada ${frame}`,
    `server to grace ${frame}`,
  ]
}

/** @returns like "ada to server {…}", those to members in order of their names
 * within each message */
async function framesOf(page: Page): Promise<string[]> {
  const log = page.getByRole("log", { name: "Every frame, both ways" })
  const texts = await log.locator("p").allTextContents()
  const lines = texts.map((text) => {
    return text.replace("→", " ").replace(/\s+/g, " ").trim()
  })
  const messages = lines.map((_, index) => lines.slice(index, index + 3))
  return messages
    .filter((_, index) => index % 3 === 0)
    .flatMap(([sent = "", ...delivered]) => [sent, ...delivered.sort()])
}

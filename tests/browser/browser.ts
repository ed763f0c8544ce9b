import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core"
import { afterAll, beforeAll, expect, onTestFinished } from "vitest"
import {
  chromiumRemedy,
  findChromium,
  launchArguments,
} from "../../workbook/machine/chromium.ts"

/** Also keeps what a page complained about. */
export interface Visitor {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** One Chromium for all tests of a file.
 * @returns what opens a page as a new person, with cookies of their own */
export function useBrowser(): (
  options?: BrowserContextOptions,
) => Promise<Visitor> {
  let browser: Browser
  beforeAll(async () => {
    const executablePath = findChromium()
    if (!executablePath) throw new Error(chromiumRemedy)
    const args = launchArguments()
    browser = await chromium.launch({ executablePath, args })
  })
  afterAll(() => browser?.close())
  return async (options) => {
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const complaints: string[] = []
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text())
    })
    return { page, complaints }
  }
}

/** Waits until the page is connected to its room. */
export async function connected(page: Page): Promise<void> {
  await page.waitForSelector('#connection[data-open="true"]')
}

/** Waits until what is typed goes to that field: the page says so itself. */
export async function focused(page: Page, id: string): Promise<void> {
  await page.waitForSelector(`#${id}:focus`)
}

/** Types a message and sends it with Enter. */
export async function say(page: Page, message: string): Promise<void> {
  await page.fill("#chat-message-input", message)
  await page.press("#chat-message-input", "Enter")
}

/** Signs up on the way to a room, as a person who follows a link there. */
export async function enterAs(
  page: Page,
  username: string,
  address: string,
): Promise<void> {
  await page.goto(address)
  await page.click("text=Sign up")
  await page.waitForURL("**/signup/*")
  await page.fill("#username-input", username)
  await page.fill("#password-input", "correct horse")
  await page.click("#account-submit")
  await connected(page)
}

/** Waits until the log reads like this, to the last character. */
export async function logReads(page: Page, lines: string[]): Promise<void> {
  const expected = lines.map((line) => `${line}\n`).join("")
  await page
    .waitForFunction((text) => {
      const log = document.getElementById("chat-log")
      return log instanceof HTMLOutputElement && log.value === text
    }, expected)
    .catch(() => {}) // then the comparison tells what it reads instead
  expect(await logOf(page)).toBe(expected)
}

export function logOf(page: Page): Promise<string> {
  return page.$eval("#chat-log", (log) => (log as HTMLOutputElement).value)
}

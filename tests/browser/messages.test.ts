import type { BrowserContextOptions, Page } from "playwright-core"
import { beforeAll, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { layerBeside } from "../support/delivering-chat.ts"
import { inDatabase } from "../support/in-database.ts"
import {
  connect,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"
import { connected, enterAs, logReads, say, useBrowser } from "./browser.ts"

const server = useServer("07-history")
const visit = useBrowser()
const chat = useServer("04-groups")
let ann: { cookie: string }
let bob: { cookie: string }
beforeAll(async () => {
  ann = await signUp(server(), "ann")
  bob = await signUp(server(), "bob")
})

/** Ann, in a browser.
 * @param options of the browser */
async function enter(room: string, options: BrowserContextOptions = {}) {
  const viewport = { width: 900, height: 500 }
  const { page } = await visit({ viewport, ...options })
  const [name = "", value = ""] = ann.cookie.split("=")
  await page.context().addCookies([{ name, value, url: server().url("/") }])
  await page.goto(server().url(`/chat/${room}/`))
  await connected(page)
  return page
}

/** Bob, without a page. */
function client(room: string) {
  return connect(server(), `/ws/chat/${room}/`, { headers: bob, name: "Bob" })
}

/** What a message looks like: left or right, its name and its day, if shown. */
function looksOf(page: Page) {
  return page.$$eval("#chat-log .message", (messages) => {
    const log = document.getElementById("chat-log") as HTMLElement
    const middle = log.getBoundingClientRect()
    return messages.map((message) => {
      const bubble = message.querySelector(".bubble") as HTMLElement
      const box = bubble.getBoundingClientRect()
      const isLeft = box.left - middle.left < middle.right - box.right
      const author = message.querySelector(".author") as HTMLElement
      const isNamed = getComputedStyle(author).clipPath === "none"
      const day = getComputedStyle(message, "::before").content
      return {
        text: bubble.textContent,
        side: isLeft ? "left" : "right",
        author: isNamed ? author.querySelector("bdi")?.textContent : undefined,
        day: day === "none" ? undefined : day.replaceAll('"', ""),
      }
    })
  })
}

test("each message is an element, with its author in an element of its own", async () => {
  const page = await enter("apart")
  const bob = await client("apart")
  bob.say(`hi${" ".repeat(300)}ann: I resign\u2028ann: <b>now</b>`)
  const text = `hi${" ".repeat(300)}ann: I resign ann: <b>now</b>`
  await logReads(page, [`bob: ${text}`])
  const found = await page.$$eval("#chat-log > *", (messages) =>
    messages.map((message) => {
      const shown = message.querySelector(".bubble > bdi")
      const lines = shown?.getClientRects().length
      const author = message.querySelector(".author > bdi")?.textContent
      return { author, text: shown?.textContent, lines }
    }),
  )
  expect(found).toEqual([{ author: "bob", text, lines: 1 }])
})

test("own messages are on the right, and a name is above the first of several", async () => {
  const page = await enter("sides")
  const bob = await client("sides")
  bob.say("one")
  bob.say("two")
  await logReads(page, ["bob: one", "bob: two"])
  await say(page, "three")
  await logReads(page, ["bob: one", "bob: two", "ann: three"])
  bob.say("four")
  await page.waitForSelector(".message >> nth=3")
  const looks = await looksOf(page)
  expect(looks.map(({ text, side, author }) => [text, side, author])).toEqual([
    ["one", "left", "bob"],
    ["two", "left", undefined],
    ["three", "right", undefined],
    ["four", "left", "bob"],
  ])
})

test("messages without an author are all on the left", async () => {
  const { page } = await visit()
  await page.goto(chat().url("/chat/lobby/"))
  await connected(page)
  await say(page, "hi")
  await logReads(page, ["hi"])
  expect(await page.locator(".message").count()).toBe(1)
  expect(await page.locator(".own, .author").count()).toBe(0)
})

test("messages show their time, and the first of a day the date", async () => {
  const env = await ownEnvironment()
  const own = await startServer("07-history", env)
  await signUp(own, "bob")
  const times = ["2025-12-31T23:58", "2025-12-31T23:59", "2026-01-01T00:01"]
  const rows = times.map((time) => `(1, 'days', 'hi', '${time}:00.000Z')`)
  await inDatabase(
    env,
    `INSERT INTO messages (author_id, room, content, timestamp)
     VALUES ${rows.join(", ")}`,
  )
  const { page } = await visit({ locale: "en-GB", timezoneId: "UTC" })
  await enterAs(page, "ann", own.url("/chat/days/"))
  await logReads(page, ["bob: hi", "bob: hi", "bob: hi"])
  expect((await looksOf(page)).map(({ day }) => day)).toEqual([
    "Wednesday, December 31, 2025",
    undefined,
    "Thursday, January 1, 2026",
  ])
  const shown = await page.$$eval("#chat-log time", (elements) =>
    elements.map((time) => getComputedStyle(time, "::before").content),
  )
  expect(shown).toEqual(['"23:58"', '"23:59"', '"00:01"'])
})

test("a message without a time belongs to the day of the one before it", async () => {
  const env = await ownEnvironment()
  const own = await startServer("07-history", env)
  const layer = await layerBeside(env)
  const { page } = await visit()
  await enterAs(page, "ann", own.url("/chat/days/"))
  await say(page, "stored")
  await logReads(page, ["ann: stored"])
  const type = "chat.message"
  await layer.groupSend("chat_days", { type, message: "from outside" })
  await logReads(page, ["ann: stored", "from outside"])
  await say(page, "stored as well")
  await page.waitForSelector("text=stored as well")
  expect(await page.locator(".message.new-day").count()).toBe(1)
})

/** How far it is to the end of the log, in pixels. */
function toEnd(page: Page): Promise<number> {
  return page.$eval("#chat-log", (log) =>
    Math.round(log.scrollHeight - log.clientHeight - log.scrollTop),
  )
}

async function fill(page: Page, count: number) {
  for (let index = 0; index < count; index++) await say(page, `line ${index}`)
  await page.waitForSelector(`.message >> nth=${count - 1}`)
}

test("a reader at the end sees what comes; a reader of earlier messages stays there", async () => {
  const page = await enter("reading")
  const bob = await client("reading")
  await fill(page, 30)
  expect(await toEnd(page)).toBe(0)
  bob.say("seen at once")
  await page.waitForSelector("text=seen at once")
  expect(await toEnd(page)).toBe(0)

  await page.hover("#chat-log")
  await page.mouse.wheel(0, -400)
  await expect.poll(() => toEnd(page)).toBeGreaterThan(100)
  const place = await page.$eval("#chat-log", (log) => log.scrollTop)
  expect(await page.isVisible("#chat-newer")).toBe(false)
  bob.say("not seen yet")
  await page.waitForSelector("#chat-newer:visible")
  expect(await page.$eval("#chat-log", (log) => log.scrollTop)).toBe(place)

  await page.click("#chat-newer")
  await expect.poll(() => toEnd(page)).toBe(0)
  expect(await page.isVisible("#chat-newer")).toBe(false)

  await page.hover("#chat-log")
  await page.mouse.wheel(0, -400)
  await expect.poll(() => toEnd(page)).toBeGreaterThan(100)
  await say(page, "my own")
  await page.waitForSelector("text=my own")
  expect(await toEnd(page)).toBe(0)
})

test("a reader at the end stays there when a phone's keyboard takes room", async () => {
  const page = await enter("keyboard")
  await fill(page, 30)
  await page.setViewportSize({ width: 360, height: 320 })
  await expect.poll(() => toEnd(page)).toBe(0)
  const viewport = await page.getAttribute('meta[name="viewport"]', "content")
  expect(viewport).toContain("interactive-widget=resizes-content")
})

test("a reader at the end stays there if the log scrolls as its room shrinks", async () => {
  const page = await enter("shrinking")
  await fill(page, 30)
  await page.$eval("#chat-log", (log) => {
    if (log instanceof HTMLElement) log.style.maxHeight = "150px"
    log.dispatchEvent(new Event("scroll"))
  })
  await expect.poll(() => toEnd(page)).toBe(0)
})

/** Headless pages are never hidden by themselves. */
function setHidden(isHidden: boolean): void {
  const property = { configurable: true, value: isHidden }
  Object.defineProperty(document, "hidden", property)
  document.dispatchEvent(new Event("visibilitychange"))
}

test("the title of a hidden tab counts what others have written", async () => {
  const bob = await client("unread")
  bob.say("before")
  await bob.nextFrame()
  const page = await enter("unread")
  await page.addInitScript(setHidden, true)
  await page.reload()
  await logReads(page, ["bob: before"])
  expect(await page.title()).toBe("unread – Chat") // the history is not new
  bob.say("one")
  await page.waitForFunction(() => document.title === "(1) unread – Chat")
  await say(page, "mine")
  bob.say("two")
  await page.waitForFunction(() => document.title === "(2) unread – Chat")
  await page.evaluate(setHidden, false)
  expect(await page.title()).toBe("unread – Chat")
  bob.say("three")
  await page.waitForSelector("text=three")
  expect(await page.title()).toBe("unread – Chat")
})

/** Runs in a page, until its last message reads like this.
 * @returns the longest time in which it did nothing else */
async function slowestAnswerMs(lastText: string): Promise<number> {
  const log = document.getElementById("chat-log")
  let slowestMs = 0
  while (log?.lastElementChild?.textContent !== lastText) {
    const start = performance.now()
    await new Promise((resolve) => setTimeout(resolve))
    slowestMs = Math.max(slowestMs, performance.now() - start)
  }
  return slowestMs
}

test("a flood of 5,000 messages leaves the tab of a member usable", async () => {
  const { page } = await visit()
  await page.goto(chat().url("/chat/flood/"))
  await connected(page)
  const flooder = await connect(chat(), "/ws/chat/flood/")
  const slowest = page.evaluate(slowestAnswerMs, "flood 4999\n")
  for (let index = 0; index < 5_000; index++) flooder.say(`flood ${index}`)
  const slowestMs = await slowest
  expect(slowestMs).toBeLessThan(1_000)
  expect(await page.locator(".message").count()).toBe(500)
  expect(await toEnd(page)).toBe(0)
})

test("messages are taken away at the top, but not from a reader there", async () => {
  const page = await enter("kept")
  const bob = await client("kept")
  for (let index = 0; index < 30; index++) bob.say(`line ${index}`)
  await page.waitForSelector("text=line 29")
  await page.hover("#chat-log")
  await page.mouse.wheel(0, -10_000)
  await expect.poll(() => toEnd(page)).toBeGreaterThan(100)
  for (let index = 0; index < 600; index++) bob.say(`more ${index}`)
  await page.waitForSelector("text=more 599", { state: "attached" })
  expect(await page.locator(".message").count()).toBe(630)
  expect(await page.isVisible("text=line 0")).toBe(true)
  await page.click("#chat-newer")
  bob.say("the last one")
  await page.waitForSelector("text=the last one")
  const looks = await looksOf(page)
  expect(looks.length).toBe(500)
  expect(looks[0]?.author).toBe("bob")
  expect(looks[0]?.day).toMatch(/^\w+, /)
})

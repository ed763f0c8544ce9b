import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BrowserContextOptions, Page, Route } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { inDatabase } from "../support/in-database.ts"
import {
  connect,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"
import { shutsNoOneOut } from "./axe.ts"
import { connected, logReads, say, useBrowser } from "./browser.ts"
import { startProxy } from "./proxy.ts"

const folder = mkdtempSync(join(tmpdir(), "workbook-"))
const env = {
  CHANNEL_PREFIX: `test-${randomUUID()}`,
  DATABASE_PATH: join(folder, "chat.sqlite3"),
  LIMITS: "off",
}
const server = useServer("09-delivery", env)
const visit = useBrowser()
let ann: { cookie: string }
let bob: { cookie: string }
beforeAll(async () => {
  ann = await signUp(server(), "ann")
  bob = await signUp(server(), "bob")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const patient = { timeout: 10_000 }
const beginning = "This is the beginning of the room."
const gap =
  "You may have missed messages before this line. Scroll up to read them."

/** Opens a page as Ann.
 * @param options of the browser */
async function enter(address: string, options: BrowserContextOptions = {}) {
  const viewport = { width: 900, height: 500 }
  const { page, complaints } = await visit({ viewport, ...options })
  const [name = "", value = ""] = ann.cookie.split("=")
  await page
    .context()
    .addCookies([{ name, value, url: new URL("/", address).href }])
  await page.goto(address)
  await connected(page)
  return { page, complaints }
}

/** Bob, without a page. */
function client(room: string) {
  return connect(server(), `/ws/chat/${room}/`, { headers: bob, name: "Bob" })
}

/** Waits until these messages are on their way: what they are, and how far. */
async function outboxReads(page: Page, items: string[]): Promise<void> {
  const read = () => page.locator(".outbox > .message").allInnerTexts()
  const lines = async () =>
    (await read()).map((it) => it.replace(/\n+/g, " | "))
  await expect.poll(lines, patient).toEqual(items)
  const list = page.locator(".outbox")
  expect(await list.count()).toBe(items.length > 0 ? 1 : 0)
}

/** @returns what this tab keeps for its person */
function keptIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Object.keys(sessionStorage).filter((it) => it.startsWith("outbox")),
  )
}

/** @returns the messages that are stored in a room */
async function stored(room: string, where = env as NodeJS.ProcessEnv) {
  const rows = await inDatabase<{ content: string }>(
    where,
    `SELECT content FROM messages WHERE room = '${room}' ORDER BY id`,
  )
  return rows.map(({ content }) => content)
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.fill("#username-input", username)
  await page.fill("#password-input", "correct horse")
  await page.click("#account-submit")
}

test("a message that is written while the server is down is sent once when it is back", async () => {
  const own = { ...(await ownEnvironment()), LIMITS: "off" }
  const first = await startServer("09-delivery", own)
  const { cookie } = await signUp(first, "ann")
  const { page } = await visit()
  const [name = "", value = ""] = cookie.split("=")
  await page.context().addCookies([{ name, value, url: first.url("/") }])
  await page.goto(first.url("/chat/down/"))
  await connected(page)
  await say(page, "before")
  await logReads(page, [beginning, "ann: before"])
  await first.stop("SIGKILL")
  await page.waitForSelector('#connection[data-open="false"]')
  await say(page, "one")
  await say(page, "two")
  await outboxReads(page, ["one | Sending…", "two | Sending…"])
  expect(await page.inputValue("#chat-message-input")).toBe("")
  await startServer("09-delivery", { ...own, PORT: String(first.port) })
  await outboxReads(page, [])
  await logReads(page, [beginning, "ann: before", "ann: one", "ann: two"])
  expect(await stored("down", own)).toEqual(["before", "one", "two"])
  const tick = await page.$eval(
    ".message:last-child time",
    (time) => getComputedStyle(time, "::after").content,
  )
  expect(tick).toContain("✓")
})

test("a message on its way is sent after a reload", async () => {
  const proxy = await startProxy(server().port)
  const { page, complaints } = await enter(proxy.url("/chat/reload/"))
  proxy.swallow("to the server")
  await say(page, "kept")
  await outboxReads(page, ["kept | Sending…"])
  await page.reload()
  await connected(page)
  await logReads(page, [beginning, "ann: kept"])
  await outboxReads(page, [])
  expect(await stored("reload")).toEqual(["kept"])
  expect(complaints).toEqual([])
})

test("a message that was stored, but not acknowledged, is shown once after a reload", async () => {
  const proxy = await startProxy(server().port)
  const { page } = await enter(proxy.url("/chat/unacknowledged/"))
  await say(page, "first")
  await logReads(page, [beginning, "ann: first"])
  proxy.swallow("both ways")
  await say(page, "kept")
  const [entry] = await keptIn(page)
  const key = await page.evaluate((name) => {
    return JSON.parse(sessionStorage.getItem(name) ?? "")[0].key
  }, entry ?? "")
  const beside = await connect(server(), "/ws/chat/unacknowledged/", {
    headers: ann,
  })
  beside.send(JSON.stringify({ message: "kept", key }))
  await expect.poll(() => stored("unacknowledged"), patient).toHaveLength(2)
  // Too many for a first visit: the page cannot see that it is stored.
  const bob = await client("unacknowledged")
  for (let index = 0; index < 12; index++) bob.say(`more ${index}`)
  await expect.poll(() => stored("unacknowledged"), patient).toHaveLength(14)
  await page.setViewportSize({ width: 900, height: 300 })
  await page.reload()
  await connected(page)
  await outboxReads(page, [])
  await say(page, "last")
  const more = Array.from({ length: 9 }, (_, index) => `bob: more ${index + 3}`)
  await logReads(page, ["bob: more 2", ...more, "ann: last"])
  expect(await stored("unacknowledged")).toHaveLength(15)
})

/** What this tab keeps of an earlier load of its page. */
async function keep(page: Page, room: string, entries: object[]) {
  const item = [
    `outbox of /chat/${room}/ ann`,
    JSON.stringify(entries),
  ] as const
  await page.evaluate(([name, text]) => {
    sessionStorage.setItem(name, text)
  }, item)
  await page.reload()
  await connected(page)
}

test("a session that ends keeps the outbox for the same user, and for no other", async () => {
  const address = server().url("/chat/sessions/")
  /** Ends Ann's session in this tab, while a message waits for her. */
  async function end(text: string) {
    const { page } = await visit()
    await page.goto(address)
    await logIn(page, "ann")
    await connected(page)
    const state = "failed"
    await keep(page, "sessions", [{ key: text, text, state, error: "No." }])
    await outboxReads(page, [`${text} | Not sent. No. | Send again | Discard`])
    const other = await page.context().newPage()
    await other.goto(server().url("/chat/"))
    await other.click("#logout-submit")
    await other.waitForURL("**/login/**")
    await other.close()
    await page.waitForURL("**/login/?next=*")
    return page
  }
  const same = await end("mine")
  await logIn(same, "ann")
  await same.click("text=Send again")
  await logReads(same, [beginning, "ann: mine"])
  await outboxReads(same, [])

  const shared = await end("not for Bob")
  await logIn(shared, "bob")
  await connected(shared)
  expect(await keptIn(shared)).toEqual([])
  await shared.click("#logout-submit")
  await shared.waitForURL("**/login/**")
  await shared.goto(address)
  await logIn(shared, "ann")
  await logReads(shared, [beginning, "ann: mine"])
  await outboxReads(shared, [])
})

test("a logout drops the outbox", async () => {
  const proxy = await startProxy(server().port)
  const { page } = await visit()
  await page.goto(proxy.url("/chat/logout/"))
  await logIn(page, "ann")
  await connected(page)
  proxy.swallow("to the server")
  await say(page, "secret")
  await outboxReads(page, ["secret | Sending…"])
  expect(await keptIn(page)).toHaveLength(1)
  await page.click("#logout-submit")
  await page.waitForURL("**/login/**")
  expect(await keptIn(page)).toEqual([])
  await page.goto(proxy.url("/chat/logout/"))
  await logIn(page, "ann")
  await connected(page)
  await say(page, "open")
  await logReads(page, [beginning, "ann: open"])
})

test("a connection that gives no sign of life is replaced, and nothing is lost", async () => {
  const proxy = await startProxy(server().port)
  const [name = "", value = ""] = ann.cookie.split("=")
  const { page } = await visit()
  await page.context().addCookies([{ name, value, url: proxy.url("/") }])
  await page.clock.install()
  await page.goto(proxy.url("/chat/silent/"))
  await connected(page)
  await page.clock.pauseAt(Date.now() + 1_000)
  proxy.swallow("both ways")
  let again = page.waitForEvent("websocket")
  await say(page, "no answer")
  await page.clock.runFor(9_900)
  await outboxReads(page, ["no answer | Sending…"])
  await page.clock.runFor(200)
  await again
  await outboxReads(page, [])

  proxy.swallow("both ways")
  const bob = await client("silent")
  bob.say("are you there?")
  let isReplaced = false
  again = page.waitForEvent("websocket")
  again.then(
    () => (isReplaced = true),
    () => {},
  )
  await page.clock.runFor(49_000)
  expect(isReplaced).toBe(false)
  await page.clock.runFor(2_000)
  await again
  await expect
    .poll(async () => {
      await page.clock.runFor(20)
      return page.locator("#chat-log .text").allTextContents()
    }, patient)
    .toEqual(["no answer", "are you there?"])
})

test("a page that meets an older server loads again once, and keeps its outbox", async () => {
  const older = await startServer("08-guard", env)
  const bob = await client("older")
  bob.say("hello")
  await bob.nextFrame()
  const proxy = await startProxy(server().port)
  const { page } = await enter(proxy.url("/chat/older/"))
  await logReads(page, [beginning, "bob: hello"])
  let loads = 0
  page.on("load", () => loads++)

  // The page of this step stays, and the sockets lead to a server of step 8.
  proxy.socketPort = older.port
  proxy.swallow("to the server")
  await say(page, "kept")
  proxy.cut()
  await page.waitForSelector("#chat-error:has-text('kept in this tab')")
  expect(loads).toBe(1)
  await outboxReads(page, ["kept | Sending…"])
  expect(await page.locator("#chat-log .text").allTextContents()).toEqual([
    "hello",
  ])
  proxy.socketPort = proxy.port
  proxy.cut()
  await logReads(page, [beginning, gap, "bob: hello", "ann: kept"])
  await outboxReads(page, [])
  expect(loads).toBe(1)

  // All of it is step 8, for a while.
  proxy.swallow("to the server")
  await say(page, "kept as well")
  proxy.port = proxy.socketPort = older.port
  const loaded = page.waitForEvent("load")
  proxy.cut()
  await loaded
  await connected(page)
  expect(await page.locator("script[src*='07-history']").count()).toBe(1)
  expect(await keptIn(page)).toHaveLength(1)
  proxy.port = proxy.socketPort = server().port
  await page.reload()
  await connected(page)
  await logReads(page, [
    ...[beginning, "bob: hello", "ann: kept", "ann: kept as well"],
  ])
  expect(await stored("older")).toEqual(["hello", "kept", "kept as well"])

  // An older server that has no message sends nothing at all.
  proxy.socketPort = older.port
  await page.clock.install()
  await page.goto(proxy.url("/chat/empty/"))
  await connected(page)
  await page.clock.pauseAt(Date.now() + 1_000)
  const reloaded = page.waitForEvent("load")
  loads = 0
  await page.clock.runFor(1_000)
  expect(loads).toBe(0)
  await page.clock.runFor(4_000)
  await reloaded
})

test("a message that was refused waits for the person, by keyboard", async () => {
  const beside = await connect(server(), "/ws/chat/elsewhere/", {
    headers: ann,
  })
  for (const key of ["one", "two"]) {
    beside.send(JSON.stringify({ message: `key ${key}`, key }))
    await beside.nextFrames(2) // the answer, and the message
  }
  await fill("refused", 9)
  const { page, complaints } = await enter(server().url("/chat/refused/"), {
    viewport: { width: 360, height: 480 },
  })
  await keep(
    page,
    "refused",
    ["one", "two"].map((key) => {
      return { key, text: `other ${key}`, state: "sending" }
    }),
  )
  const failed = "Not sent. This key belongs to another message of yours."
  await outboxReads(page, [
    `other one | ${failed} | Send again | Discard`,
    `other two | ${failed} | Send again | Discard`,
  ])
  expect(await page.locator(".outbox [role=alert]").count()).toBe(2)
  const below = await page.$eval("#chat-log", (log) => {
    return log.scrollHeight - log.clientHeight - log.scrollTop
  })
  expect(below).toBeLessThanOrEqual(1)
  await page.focus("#chat-log")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await outboxReads(page, [`other two | ${failed} | Send again | Discard`])
  await page.waitForSelector("#chat-message-input:focus")
  await page.focus("#chat-log")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await outboxReads(page, [])
  await page.waitForSelector("#chat-message-input:focus")
  const all = [...lines(0, 9).map((line) => `bob: ${line}`), "ann: other one"]
  await logReads(page, all)
  await page.reload()
  await logReads(page, all)
  await outboxReads(page, [])
  expect(complaints).toEqual([])
})

test("messages that are written too fast are sent later, in their order", async () => {
  const own = { ...(await ownEnvironment()), LIMIT_MESSAGES: "2" }
  const limited = await startServer("09-delivery", own)
  const { cookie } = await signUp(limited, "ann")
  const [name = "", value = ""] = cookie.split("=")
  const { page } = await visit()
  await page.context().addCookies([{ name, value, url: limited.url("/") }])
  await page.goto(limited.url("/chat/fast/"))
  await connected(page)
  const texts = Array.from({ length: 11 }, (_, index) => `line ${index}`)
  for (const text of texts) await say(page, text)
  await logReads(page, [beginning, ...texts.map((text) => `ann: ${text}`)])
  expect(await page.textContent("#chat-error")).toBe("")
})

test("what was written stays in the field while 100 messages are on their way", async () => {
  const proxy = await startProxy(server().port)
  const { page } = await enter(proxy.url("/chat/full/"))
  proxy.swallow("to the server")
  await page.evaluate(() => {
    const input = document.getElementById("chat-message-input")
    if (!(input instanceof HTMLInputElement)) return
    for (let index = 0; index < 100; index++) {
      input.value = `line ${index}`
      input.form?.requestSubmit()
    }
  })
  await page.waitForSelector(".outbox > .message >> nth=99")
  await say(page, "one too many")
  await page.waitForSelector("#chat-error:has-text('100 of your messages')")
  expect(await page.inputValue("#chat-message-input")).toBe("one too many")
  proxy.cut()
  await outboxReads(page, [])
  await page.press("#chat-message-input", "Enter")
  await page.waitForSelector("#chat-log .text:text-is('one too many')")
  expect(await stored("full")).toHaveLength(101)
  expect(await page.textContent("#chat-error")).toBe("")
})

/** Stores messages of Bob. */
async function fill(room: string, count: number): Promise<void> {
  await inDatabase(
    env,
    `WITH RECURSIVE line(n) AS (
       SELECT 0 UNION ALL SELECT n + 1 FROM line WHERE n + 1 < ${count}
     )
     INSERT INTO messages (author_id, room, content)
     SELECT users.id, '${room}', 'line ' || n FROM line, users
     WHERE username = 'bob' ORDER BY n`,
  )
}

function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, n) => `line ${from + n}`)
}

const texts = (page: Page) => page.locator("#chat-log .text").allTextContents()

/** Scrolls to the top of the log, until these messages are shown. */
async function scrollUp(page: Page, expected: string[]): Promise<void> {
  await page.hover("#chat-log")
  await page.mouse.wheel(0, -100_000)
  await expect.poll(() => texts(page), patient).toEqual(expected)
}

test("scrolling up shows older messages, down to the first, and moves nothing", async () => {
  await fill("long", 560)
  const { page, complaints } = await enter(server().url("/chat/long/"), {
    viewport: { width: 900, height: 400 },
  })
  await expect.poll(() => texts(page), patient).toEqual(lines(550, 560))
  const topOf = (text: string) =>
    page.locator(`#chat-log .text:text-is("${text}")`).evaluate((line) => {
      return Math.round(line.getBoundingClientRect().top)
    })
  const asked = new Promise<Route>((resolve) => {
    void page.route("**/messages/?before=*", resolve, { times: 1 })
  })
  await page.hover("#chat-log")
  await page.mouse.wheel(0, -100_000)
  const request = await asked
  const before = await topOf("line 550")
  await request.continue()
  await expect.poll(() => texts(page), patient).toEqual(lines(500, 560))
  const moved = (await topOf("line 550")) - before
  // The day above it has gone to the first message of that day.
  expect(Math.abs(moved)).toBeLessThanOrEqual(1)
  for (let from = 450; from > 0; from -= 50) {
    await scrollUp(page, lines(from, 560))
  }
  const bob = await client("long")
  bob.say("new")
  await scrollUp(page, [...lines(0, 560), "new"])
  await page.waitForSelector(".note")
  expect(await page.locator(".note").allInnerTexts()).toEqual([beginning])
  expect(await page.isVisible("text=New messages")).toBe(true)
  expect(complaints).toEqual([])
})

test("a log that does not go on from what was shown begins again, and says so", async () => {
  await fill("again", 3)
  const proxy = await startProxy(server().port)
  const { page } = await enter(proxy.url("/chat/again/"), {
    viewport: { width: 900, height: 400 },
  })
  await expect.poll(() => texts(page), patient).toEqual(lines(0, 3))
  await fill("again", 60)
  await inDatabase(env, "UPDATE epoch SET name = 'another'")
  proxy.cut()
  await expect.poll(() => texts(page), patient).toEqual(lines(10, 60))
  const first = await page.$eval("#chat-log > :first-child", (it) => {
    return it.textContent
  })
  expect(first).toBe(`${gap}\n`)
  await scrollUp(page, [...lines(0, 3), ...lines(0, 60)])
  const children = await page
    .locator("#chat-log > *")
    .evaluateAll((all) => all.map(({ className }) => className))
  expect(children.indexOf("note")).toBe(0)
  expect(children.lastIndexOf("note")).toBe(14)
  proxy.cut()
  await page.waitForSelector('#connection[data-open="false"]')
  await connected(page)
  await say(page, "goes on")
  await expect.poll(() => texts(page), patient).toHaveLength(64)
})

test("what an older server has shown is not taken for all that was sent", async () => {
  const older = await startServer("08-guard", env)
  const proxy = await startProxy(server().port)
  const address = proxy.url("/chat/mixed/")
  await fill("mixed", 1)
  const { page } = await enter(address)
  await expect.poll(() => texts(page), patient).toEqual(lines(0, 1))
  // Without an answer from its address, the page stays.
  await page.route(address, (route) => route.abort())
  proxy.socketPort = older.port
  await fill("mixed", 15)
  proxy.cut()
  await expect
    .poll(() => texts(page), patient)
    .toEqual([...lines(0, 1), ...lines(5, 15)])
  proxy.socketPort = proxy.port
  proxy.cut()
  await expect
    .poll(() => texts(page), patient)
    .toEqual([...lines(0, 1), ...lines(0, 15)])
})

test.each(["light", "dark"] as const)(
  "nothing of a room of this step shuts a person out, %s",
  async (colorScheme) => {
    const beside = await connect(server(), "/ws/chat/elsewhere/", {
      headers: ann,
    })
    beside.send(JSON.stringify({ message: "hi", key: colorScheme }))
    await beside.nextFrame()
    await fill("looks", 3)
    const proxy = await startProxy(server().port)
    const options = { colorScheme, bypassCSP: true }
    const { page } = await enter(proxy.url("/chat/looks/"), options)
    await inDatabase(env, `UPDATE epoch SET name = '${colorScheme}'`)
    const text = "x".repeat(200)
    await keep(page, "looks", [{ key: colorScheme, text, state: "sending" }])
    await page.waitForSelector("text=Discard")
    await inDatabase(env, `UPDATE epoch SET name = '${colorScheme} 2'`)
    proxy.cut()
    await page.waitForSelector(`text=${gap}`)
    await connected(page)
    proxy.swallow("to the server")
    await say(page, "y".repeat(200))
    await page.waitForSelector("text=Sending…")
    await shutsNoOneOut(page, "a room with an outbox")
  },
)

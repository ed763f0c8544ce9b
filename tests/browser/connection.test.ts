import type { Page } from "playwright-core"
import { expect, onTestFinished, test } from "vitest"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import { startServer } from "../support/servers.ts"
import { connected, logReads, say, useBrowser } from "./browser.ts"
import { startProxy } from "./proxy.ts"

const visit = useBrowser()
const patient = { timeout: 20_000 }

/** A page whose server closes the socket with any code that it is sent. The
 * page's clock stands still, and chance is always the same. */
async function enter() {
  const server = await ServerProcess.run("tests/fixtures/closing-chat.ts")
  onTestFinished(async () => void (await server.stop("SIGKILL")))
  const { page } = await visit()
  await page.addInitScript(() => {
    Math.random = () => 0.5
  })
  await page.clock.install()
  await page.goto(server.url("/chat/lobby/"))
  await connected(page)
  await page.clock.pauseAt(Date.now() + 60_000)
  return { server, page }
}

/** Messages are shown when the browser paints: that is the clock's business. */
async function paint(page: Page): Promise<void> {
  await page.clock.runFor(20)
}

async function closeWith(page: Page, code: number): Promise<void> {
  await say(page, String(code))
  await page.waitForSelector('#connection[data-open="false"]')
}

test.each([
  [1001, 1_000],
  [1012, 1_000],
  [1013, 7_500],
  [1011, 188],
])("after the code %i a page comes back, in %i ms", async (code, waitMs) => {
  const { page } = await enter()
  await closeWith(page, code)
  await page.clock.runFor(waitMs - 50)
  expect(await page.textContent("#connection")).toContain("Trying again")
  await page.clock.runFor(100)
  await connected(page)
  await paint(page)
  await logReads(page, ["socket 1", "socket 2"])
})

test.each([1002, 1007, 1008, 1009, 4000, 4099])(
  "after the code %i a page waits for the person",
  async (code) => {
    const { page } = await enter()
    await closeWith(page, code)
    await page.clock.runFor(120_000)
    expect(await page.textContent("#connection")).toContain("Closed by")
    await page.click("text=Try now")
    await connected(page)
    await paint(page)
    await logReads(page, ["socket 1", "socket 2"])
  },
)

test("after the code 4001 a page goes to its own address", async () => {
  const { page } = await enter()
  const loaded = page.waitForEvent("load")
  await say(page, "4001")
  await loaded
  await connected(page)
  await paint(page)
  await logReads(page, ["socket 2"])
})

test("pauses between attempts double, up to ten seconds", async () => {
  const { page } = await enter()
  for (const waitMs of [188, 375, 750, 1_500, 3_000, 6_000, 7_500, 7_500]) {
    await closeWith(page, 1011)
    await page.clock.runFor(waitMs - 50)
    expect(await page.getAttribute("#connection", "data-open")).toBe("false")
    await page.clock.runFor(100)
    await connected(page)
  }
})

test("after the code 4001 a page stays until its address answers", async () => {
  const server = await ServerProcess.run("tests/fixtures/closing-chat.ts")
  onTestFinished(async () => void (await server.stop("SIGKILL")))
  const proxy = await startProxy(server.port)
  const { page } = await visit()
  await page.goto(proxy.url("/chat/lobby/"))
  await connected(page)
  proxy.answer = 502
  await say(page, "4001")
  await page.fill("#chat-message-input", "half a sent")
  await expect.poll(() => proxy.unanswered, patient).toBeGreaterThan(2)
  proxy.answer = "pass"
  await connected(page)
  expect(await page.inputValue("#chat-message-input")).toBe("half a sent")
})

test.each([502, 504])(
  "a page outlives a proxy that answers %i, and keeps what was typed",
  async (status) => {
    const server = await startServer("04-groups")
    const proxy = await startProxy(server.port)
    const { page } = await visit()
    await page.goto(proxy.url("/chat/lobby/"))
    await connected(page)
    await page.fill("#chat-message-input", "half a sent")
    proxy.answer = status
    proxy.cut()
    await expect.poll(() => proxy.unanswered, patient).toBeGreaterThan(8)
    proxy.answer = "pass"
    await connected(page)
    expect(await page.inputValue("#chat-message-input")).toBe("half a sent")
  },
)

test("a page gives up a handshake that a proxy holds, and tries again", async () => {
  const server = await startServer("04-groups")
  const proxy = await startProxy(server.port)
  const { page } = await visit()
  await page.clock.install()
  await page.goto(proxy.url("/chat/lobby/"))
  await connected(page)
  await page.clock.pauseAt(Date.now() + 60_000)
  proxy.answer = "hold"
  proxy.cut()
  await page.waitForSelector('#connection[data-open="false"]')
  await page.clock.runFor(300)
  await expect.poll(() => proxy.unanswered, patient).toBe(1)
  proxy.answer = "pass"
  const isAsked = page.waitForRequest(proxy.url("/chat/lobby/"))
  await page.clock.runFor(10_000)
  await (await isAsked).response()
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000)
      return page.getAttribute("#connection", "data-open")
    }, patient)
    .toBe("true")
})

/** In the place of a step's own `room-page.js`. */
const roomPage = `
  import { openRoom } from "./room.js"
  const kept = []
  const room = openRoom({
    url: () => location.href.replace("http", "ws").replace("/chat/", "/ws/chat/"),
    toMessage: ({ message }) => ({ text: "shown: " + message }),
    onFrame({ message }) {
      if (message === "clear") room.messages.clear()
      if (message === "again") room.connection.reconnect()
      if (message === "refuse") room.composer.refuse("Refused.", kept.splice(0))
      return ["clear", "again", "refuse"].includes(message)
    },
    outbox(text) {
      kept.push(text)
      return room.connection.send(JSON.stringify({ message: "kept " + text }))
    },
  })`

test("a step may have its own address, frames and outbox", async () => {
  const server = await startServer("04-groups")
  const { page } = await visit()
  await page.route("**/room-page.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: roomPage }),
  )
  await page.goto(server.url("/chat/lobby/"))
  await connected(page)
  await say(page, "mine")
  await logReads(page, ["shown: kept mine"])
  const { page: beside } = await visit()
  await beside.goto(server.url("/chat/lobby/"))
  await connected(beside)
  await say(beside, "clear")
  await logReads(page, [])
  await say(beside, "refuse")
  await page.waitForFunction(
    () => document.querySelector("#chat-error")?.textContent === "Refused.",
  )
  expect(await page.inputValue("#chat-message-input")).toBe("mine")
  const again = page.waitForEvent("websocket")
  await say(beside, "again")
  await again
  await connected(page)
  await say(beside, "hello")
  await logReads(page, ["shown: hello"])
})

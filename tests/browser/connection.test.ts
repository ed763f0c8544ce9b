import { once } from "node:events"
import { createServer } from "node:http"
import type { Page } from "playwright-core"
import { expect, onTestFinished, test } from "vitest"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import { startServer } from "../support/servers.ts"
import { connected, logReads, say, useBrowser } from "./browser.ts"

const visit = useBrowser()

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
  await logReads(page, ["socket 1", "socket 2"])
})

test.each([1002, 1007, 1008, 1009, 4000, 4099])(
  "after the code %i a page waits for the person",
  async (code) => {
    const { page } = await enter()
    await closeWith(page, code)
    await page.clock.runFor(120_000)
    expect(await page.textContent("#connection")).toContain("Reload")
    await page.reload()
    await logReads(page, ["socket 2"])
  },
)

test("after the code 4001 a page goes to its own address", async () => {
  const { page } = await enter()
  const loaded = page.waitForEvent("load")
  await say(page, "4001")
  await loaded
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

test("a page outlives a proxy that answers 502, and keeps what was typed", async () => {
  const first = await startServer("04-groups")
  const { page } = await visit()
  await page.goto(first.url("/chat/lobby/"))
  await connected(page)
  await page.fill("#chat-message-input", "half a sent")
  await first.stop()
  let asked = 0
  const proxy = createServer((_request, response) => {
    asked++
    response.writeHead(502).end("Bad Gateway")
  })
  proxy.on("upgrade", (_request, stream) => stream.destroy())
  await once(proxy.listen(first.port, "localhost"), "listening")
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(2)
  proxy.closeAllConnections()
  await once(proxy.close(), "close")
  await startServer("04-groups", { PORT: String(first.port) })
  await connected(page)
  expect(await page.inputValue("#chat-message-input")).toBe("half a sent")
})

/** In the place of a step's own `room-page.js`. */
const roomPage = `
  import { openRoom } from "./room.js"
  const kept = []
  openRoom({
    url: () => location.href.replace("http", "ws").replace("/chat/", "/ws/chat/"),
    formatLine: ({ message }) => "shown: " + message,
    onFrame({ message }) {
      if (message !== "for the step") return false
      document.title = kept.length + " kept"
      return true
    },
    outbox(text, send) {
      kept.push(text)
      return send(JSON.stringify({ message: "kept " + text }))
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
  await say(beside, "for the step")
  await page.waitForFunction(() => document.title === "1 kept")
  await say(beside, "hello")
  await logReads(page, ["shown: kept mine", "shown: hello"])
})

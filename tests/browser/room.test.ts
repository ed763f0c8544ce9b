import { expect, test } from "vitest"
import { startServer, useServer } from "../support/servers.ts"
import { connected, focused, logReads, say, useBrowser } from "./browser.ts"

const server = useServer("04-groups")
const visit = useBrowser()

async function enter(room: string) {
  const visitor = await visit()
  await visitor.page.goto(server().url(`/chat/${encodeURIComponent(room)}/`))
  await connected(visitor.page)
  return visitor
}

test("from the index to a room and its first message by keyboard", async () => {
  const { page, complaints } = await visit()
  await page.goto(server().url("/"))
  await focused(page, "room-name-input")
  await page.keyboard.type("é & ?#%41")
  await page.keyboard.press("Enter")
  await page.waitForURL("**/chat/%C3%A9%20%26%20%3F%23%2541/")
  expect(await page.textContent("h1")).toBe("é & ?#%41")
  await connected(page)
  await focused(page, "chat-message-input")
  await page.keyboard.type("hello")
  await page.keyboard.press("Enter")
  await logReads(page, ["hello"])
  expect(await page.inputValue("#chat-message-input")).toBe("")
  await page.keyboard.press("Tab")
  await focused(page, "chat-message-submit")
  expect(complaints).toEqual([])
})

test("two windows in one room see the same", async () => {
  const ann = await enter("same")
  const bob = await enter("same")
  await say(ann.page, "from ann")
  await logReads(bob.page, ["from ann"])
  await bob.page.fill("#chat-message-input", "<b>from bob</b>")
  await bob.page.click("#chat-message-submit")
  for (const { page } of [ann, bob]) {
    await logReads(page, ["from ann", "<b>from bob</b>"])
  }
})

test("windows in two rooms see nothing of each other", async () => {
  const one = await enter("one")
  const two = await enter("two")
  await say(one.page, "hello")
  await logReads(one.page, ["hello"])
  await say(two.page, "world")
  await logReads(two.page, ["world"])
})

test("a line break in a message is a space in the log", async () => {
  const { page } = await enter("lines")
  await page.evaluate(() => {
    const socket = new WebSocket(
      location.href.replace("http", "ws").replace("/chat/", "/ws/chat/"),
    )
    socket.onopen = () => socket.send('{"message": "one\\r\\ntwo"}')
  })
  await logReads(page, ["one two"])
})

test("a room comes back by itself when its server does", async () => {
  const first = await startServer("04-groups")
  const { page } = await visit()
  await page.goto(first.url("/chat/lobby/"))
  await connected(page)
  await say(page, "before")
  await logReads(page, ["before"])
  await first.stop()
  await page.waitForSelector('#connection[data-open="false"]')
  await say(page, "unsent")
  expect(await page.textContent("#chat-error")).toContain("Not sent")
  expect(await page.inputValue("#chat-message-input")).toBe("unsent")
  const again = await startServer("04-groups", { PORT: String(first.port) })
  await connected(page)
  expect(await page.textContent("#connection")).toContain("Connected again")
  expect(await page.textContent("#chat-error")).toContain("Not sent")
  await page.press("#chat-message-input", "Enter")
  await logReads(page, ["before", "unsent"])
  expect(await page.textContent("#chat-error")).toBe("")
  expect(await again.stop()).toBe(0)
})

test.each([
  [360, "light"],
  [1280, "dark"],
] as const)("fits a window of %i pixels, %s", async (width, colorScheme) => {
  const { page } = await enter("x".repeat(200))
  await page.setViewportSize({ width, height: 640 })
  await page.emulateMedia({ colorScheme })
  await say(page, "y".repeat(500))
  await logReads(page, ["y".repeat(500)])
  const overflow = () => document.documentElement.scrollWidth - innerWidth
  expect(await page.evaluate(overflow)).toBe(0)
  expect(await page.isVisible("#chat-message-submit")).toBe(true)
})

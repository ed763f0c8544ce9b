import type { Page } from "playwright-core"
import { expect, onTestFinished, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { openBeside } from "../support/in-database.ts"
import { ownRedis } from "../support/own-redis.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { connected, enterAs, logReads, say, useBrowser } from "./browser.ts"

const visit = useBrowser()

/** Ann in a room of a server of its own, and what locks its database. */
async function enter(settings: NodeJS.ProcessEnv = {}) {
  const env = { ...(await ownEnvironment()), ...settings }
  const server = await startServer("07-history", env)
  const { page } = await visit()
  await enterAs(page, "ann", server.url("/chat/tea/"))

  /** From now on, it stores nothing. @returns what ends that */
  async function lock(): Promise<() => Promise<void>> {
    const database = await openBeside(env)
    await database.exec("BEGIN IMMEDIATE")
    return () => database.exec("COMMIT")
  }
  return { env, server, page, lock }
}

/** Waits until an error is shown that contains this. */
async function errorReads(page: Page, text: string): Promise<void> {
  await page.waitForSelector(`#chat-error:has-text("${text}")`)
}

function fieldOf(page: Page): Promise<string> {
  return page.inputValue("#chat-message-input")
}

test("a refused text is in the field again, and its error stays until the person types", async () => {
  const { server, page, lock } = await enter()
  const unlock = await lock()
  await say(page, "tea?")
  expect(await fieldOf(page)).toBe("")
  await errorReads(page, "Neither saved nor sent")
  expect(await fieldOf(page)).toBe("tea?")
  await unlock()
  const headers = await signUp(server, "bob")
  const bob = await connect(server, "/ws/chat/tea/", { headers })
  bob.say("hello")
  await logReads(page, ["bob: hello"])
  await errorReads(page, "Neither saved nor sent")
  await page.focus("#chat-message-input")
  await page.keyboard.press("End")
  await page.keyboard.type("?")
  expect(await page.textContent("#chat-error")).toBe("")
  await page.keyboard.press("Enter")
  await logReads(page, ["bob: hello", "ann: tea??"])
})

test("a refused text waits in the error while another one is in the field", async () => {
  const { page, lock } = await enter()
  const unlock = await lock()
  await say(page, "one")
  await page.fill("#chat-message-input", "two")
  await errorReads(page, "“one”")
  await unlock()
  await page.focus("#chat-message-input")
  await page.keyboard.press("End")
  await page.keyboard.type(" more")
  await errorReads(page, "“one”")
  await page.keyboard.press("Enter")
  await logReads(page, ["ann: two more"])
  expect(await fieldOf(page)).toBe("one")
  await errorReads(page, "This message was not sent.")
  await page.keyboard.press("Enter")
  await logReads(page, ["ann: two more", "ann: one"])
  expect(await page.textContent("#chat-error")).toBe("")
})

test("a text without an answer is kept when the connection is lost", async () => {
  const { env, server, page, lock } = await enter()
  const unlock = await lock()
  await say(page, "tea?")
  await server.stop("SIGKILL")
  await errorReads(page, "Check whether your message has arrived")
  expect(await fieldOf(page)).toBe("tea?")
  await unlock()
  await startServer("07-history", { ...env, PORT: String(server.port) })
  await connected(page)
  await errorReads(page, "Check whether your message has arrived")
  await page.reload()
  await connected(page)
  expect(await fieldOf(page)).toBe("tea?")
})

test("a text that was saved is not offered again", async () => {
  const redis = await ownRedis()
  const { page } = await enter({ REDIS_URL: redis.url })
  onTestFinished(() => redis.stop("SIGKILL"))
  await say(page, "before")
  await logReads(page, ["ann: before"])
  await redis.stop("SIGKILL")
  await say(page, "tea?")
  await errorReads(page, "Saved, but not delivered yet")
  expect(await fieldOf(page)).toBe("")
})

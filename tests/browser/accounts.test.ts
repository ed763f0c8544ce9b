import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import { ownEnvironment, startServer, useServer } from "../support/servers.ts"
import { connected, focused, logReads, say, useBrowser } from "./browser.ts"

const server = useServer("07-history")
const visit = useBrowser()

/** Fills the form that the page shows, by keyboard alone. */
async function fillAccountForm(page: Page, username: string): Promise<void> {
  await focused(page, "username-input")
  await page.keyboard.type(username)
  await page.keyboard.press("Tab")
  await page.keyboard.type("correct horse")
  await page.keyboard.press("Enter")
}

/** Signs up on the way to a room, as a person who follows a link there. */
async function enterAs(username: string, address: string) {
  const visitor = await visit()
  const { page } = visitor
  await page.goto(address)
  await page.click("text=Sign up")
  await page.waitForURL("**/signup/*")
  await fillAccountForm(page, username)
  await connected(page)
  return visitor
}

test("two people sign up, chat, reload, and find their messages", async () => {
  const address = server().url("/chat/tea/")
  const ann = await enterAs("ann", address)
  const bob = await enterAs("bob", address)
  await say(ann.page, "tea?")
  await logReads(bob.page, ["ann: tea?"])
  await say(bob.page, "yes")
  const lines = ["ann: tea?", "bob: yes"]
  for (const { page } of [ann, bob]) {
    await logReads(page, lines)
    await page.reload()
    await connected(page)
    await logReads(page, lines)
  }
  expect(ann.complaints).toEqual([])
  expect(bob.complaints).toEqual([])
})

test("a member logs out, and in again", async () => {
  const { page } = await enterAs("carol", server().url("/chat/out/"))
  expect(await page.textContent("#username")).toBe("carol")
  await page.click("#logout-submit")
  await page.waitForURL("**/login/")
  await page.goto(server().url("/chat/out/"))
  await page.waitForURL("**/login/?next=*")
  await page.fill("#username-input", "carol")
  await page.fill("#password-input", "wrong password")
  await page.click("#account-submit")
  expect(await page.textContent("#account-error")).toContain("no account")
  expect(await page.inputValue("#username-input")).toBe("carol")
  await page.fill("#password-input", "correct horse")
  await page.click("#account-submit")
  await page.waitForURL("**/chat/out/")
  await connected(page)
})

test("coming back after a restart repeats nothing and misses nothing", async () => {
  const env = await ownEnvironment()
  const first = await startServer("07-history", env)
  const address = first.url("/chat/back/")
  const ann = await enterAs("ann", address)
  const bob = await enterAs("bob", address)
  await say(ann.page, "before")
  for (const { page } of [ann, bob]) await logReads(page, ["ann: before"])
  await first.stop("SIGKILL")
  const port = String(first.port)
  await startServer("07-history", { ...env, PORT: port })
  for (const { page } of [ann, bob]) await connected(page)
  await say(bob.page, "after")
  for (const { page } of [ann, bob]) {
    await logReads(page, ["ann: before", "bob: after"])
  }
})

test("a page whose session has ended goes to the login page, and what was typed is kept", async () => {
  const env = await ownEnvironment()
  const first = await startServer("07-history", env)
  const { page } = await enterAs("dave", first.url("/chat/lost/"))
  await page.fill("#chat-message-input", "half a sent")
  await first.stop()
  const other = await ownEnvironment()
  await startServer("07-history", { ...other, PORT: String(first.port) })
  await page.waitForURL("**/login/?next=*")
  await page.click("text=Sign up")
  await fillAccountForm(page, "erin")
  await connected(page)
  expect(await page.inputValue("#chat-message-input")).toBe("")
  await page.click("#logout-submit")
  await page.click("text=Sign up")
  await fillAccountForm(page, "dave")
  await page.waitForURL("**/chat/")
  await page.goto(first.url("/chat/lost/"))
  await connected(page)
  expect(await page.inputValue("#chat-message-input")).toBe("half a sent")
})

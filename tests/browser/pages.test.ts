import { expect, test } from "vitest"
import { useServer } from "../support/servers.ts"
import { shutsNoOneOut } from "./axe.ts"
import {
  connected,
  enterAs,
  focused,
  logReads,
  say,
  useBrowser,
} from "./browser.ts"
import { startProxy } from "./proxy.ts"

const chat = useServer("04-groups")
const accounts = useServer("07-history")
const visit = useBrowser()

test("the lobby is one click away, and rooms that one has been in", async () => {
  const { page } = await visit()
  const rooms = () => page.locator("#rooms a").allTextContents()
  await page.goto(chat().url("/chat/"))
  expect(await rooms()).toEqual(["lobby"])
  await page.click("text=lobby")
  await connected(page)
  for (const room of ["tea", "é & ?#%41", "tea"]) {
    await page.goto(chat().url(`/chat/${encodeURIComponent(room)}/`))
    await connected(page)
  }
  await page.click("text=Chat")
  await page.waitForSelector("#rooms li >> nth=2")
  expect(await rooms()).toEqual(["lobby", "tea", "é & ?#%41"])
  await page.click("text=é & ?#%41")
  await connected(page)
  expect(await page.textContent("h1")).toBe("é & ?#%41")
})

test("a name that no room can have stays in the field, with the reason", async () => {
  const { page } = await visit()
  await page.goto(chat().url("/chat/"))
  await focused(page, "room-name-input")
  await page.keyboard.type('a/"b"')
  await page.keyboard.press("Enter")
  await page.waitForSelector("#room-name-input[aria-invalid=true]:focus")
  expect(await page.inputValue("#room-name-input")).toBe('a/"b"')
  const reason = await page.getAttribute("#room-name-input", "aria-describedby")
  expect(await page.textContent(`#${reason}`)).toContain("no slash")
})

test("the rules for an account are there before they are broken, and mark their field", async () => {
  const { page } = await visit()
  await page.goto(accounts().url("/signup/"))
  expect(await page.isVisible("text=At least 8 characters")).toBe(true)
  expect(await page.isVisible("text=Letters, digits and")).toBe(true)
  expect(await page.locator("[aria-invalid]").count()).toBe(0)

  await page.fill("#username-input", "ann lee")
  await page.fill("#password-input", "correct horse")
  await page.click("#account-submit")
  await page.waitForSelector("#username-input[aria-invalid=true]:focus")
  expect(await page.inputValue("#username-input")).toBe("ann lee")
  expect(await page.locator("[aria-invalid]").count()).toBe(1)

  await page.fill("#username-input", "ann")
  await page.fill("#password-input", "x".repeat(1_001))
  await page.click("#account-submit")
  await page.waitForSelector("#password-input[aria-invalid=true]:focus")
  expect(await page.locator("[aria-invalid]").count()).toBe(1)
  const described = await page.getAttribute(
    "#password-input",
    "aria-describedby",
  )
  expect(described).toBe("password-hint account-error")
})

test("a page that is missing leads to the rooms", async () => {
  const { page } = await visit()
  await page.goto(chat().url("/nope/"))
  await page.click("main a")
  await page.waitForURL("**/chat/")
})

test.each(["light", "dark"] as const)(
  "nothing on a page shuts a person out, %s",
  async (colorScheme) => {
    const { page } = await visit({ colorScheme, bypassCSP: true })
    const isFine = (what: string) => shutsNoOneOut(page, what)
    await page.goto(chat().url("/chat/"))
    await isFine("the index")
    await page.goto(chat().url("/chat/?room=a%2Fb"))
    await isFine("the index with an error")
    await page.goto(accounts().url("/signup/"))
    await page.fill("#username-input", "ann lee")
    await page.fill("#password-input", "correct horse")
    await page.click("#account-submit")
    await isFine("an account form with an error")
    const name = "a".repeat(140) + colorScheme
    await enterAs(page, name, accounts().url(`/chat/${colorScheme}/`))
    await say(page, "hi")
    await logReads(page, [`${name}: hi`])
    await isFine("a room")
    const overflow = () => document.documentElement.scrollHeight - innerHeight
    expect(await page.evaluate(overflow), "pixels below a phone").toBe(0)

    const proxy = await startProxy(chat().port)
    await page.goto(proxy.url("/chat/tea/"))
    await connected(page)
    proxy.answer = 502
    proxy.cut()
    await page.waitForSelector('#connection[data-state="lost"]')
    await say(page, "hi")
    await page.waitForSelector("#chat-error:has-text('Not sent')")
    await isFine("a room without a connection")
    proxy.answer = "pass"
    await page.waitForSelector('#connection[data-state="back"]')
    await isFine("a room that is connected again")
  },
)

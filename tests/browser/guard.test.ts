import { expect, test } from "vitest"
import { useServer } from "../support/servers.ts"
import {
  connected,
  enterAs,
  logOf,
  logReads,
  say,
  useBrowser,
} from "./browser.ts"

const server = useServer("08-guard", { LIMIT_MESSAGES: "2" })
const visit = useBrowser()

test("a logout in one tab leads the other tab to the login", async () => {
  const { page, complaints } = await visit()
  await enterAs(page, "ann", server().url("/chat/lobby/"))
  const other = await page.context().newPage()
  await other.goto(server().url("/chat/lobby/"))
  await connected(other)
  await page.click("#logout-submit")
  await other.waitForURL("**/login/?next=*")
  expect(complaints).toEqual([])
})

test("a message that came too fast is not lost", async () => {
  const { page } = await visit()
  await enterAs(page, "bob", server().url("/chat/fast/"))
  const error = page.getByText("sending too fast")
  let last = 0
  while (!(await error.isVisible())) await say(page, `${++last}`)
  const isBack = () => page.inputValue("#chat-message-input")
  await expect.poll(isBack).not.toBe("")
  const back = await isBack()
  expect(Number(back)).toBeLessThanOrEqual(last)
  expect(await logOf(page)).not.toContain(`bob: ${back}\n`)
})

test("a password is changed by keyboard, and the room goes on", async () => {
  const { page, complaints } = await visit()
  await enterAs(page, "carol", server().url("/chat/tea/"))
  await page.click("text=Change password")
  await page.waitForSelector("#current-input:focus")
  await page.keyboard.type("not my password")
  await page.keyboard.press("Tab")
  await page.keyboard.type("battery staple")
  await page.keyboard.press("Enter")
  await page.waitForSelector("#current-input[aria-invalid=true]:focus")
  await page.keyboard.type("correct horse")
  await page.keyboard.press("Tab")
  await page.keyboard.type("battery staple")
  await page.keyboard.press("Enter")
  await page.waitForURL("**/chat/")
  await page.goto(server().url("/chat/tea/"))
  await connected(page)
  await say(page, "still here")
  await logReads(page, ["carol: still here"])
  const isRefusal = (it: string) => it.includes("400")
  expect(complaints.filter((it) => !isRefusal(it))).toEqual([])
})

import type { Locator, Page } from "playwright-core"
import { describe, expect, onTestFinished, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { useSite } from "./built-site.ts"

const open = useSite()
const lobby = "/ws/chat/lobby/"

describe("the live console", () => {
  test("talks to step 1", async () => {
    const server = await startServer("01-echo")
    const { page, complaints } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await connect(console, server, "/")
    await say(console, "Message", "hello")
    await reads(console, "sent", '{"message":"hello"}')
    await reads(console, "received", '{"message":"hello"}')
    await console.getByLabel("raw frame").check()
    await say(console, "Frame", "hello")
    await reads(console, "received", "That is not JSON.")
    await console.getByRole("button", { name: "Disconnect" }).click()
    await is(console, "idle")
    expect(complaints).toEqual([])
  })

  test("keeps what was typed when frames become raw, and back", async () => {
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await console.getByLabel("Message").fill('"hello"')
    await console.getByLabel("raw frame").check()
    const frame = console.getByLabel("Frame", { exact: true })
    expect(await frame.inputValue()).toBe('{"message": "\\"hello\\""}')
    await console.getByLabel("raw frame").uncheck()
    const message = console.getByLabel("Message")
    expect(await message.inputValue()).toBe('"hello"')
    await console.getByLabel("raw frame").check()
    await frame.fill("no JSON")
    await console.getByLabel("raw frame").uncheck()
    expect(await message.inputValue()).toBe("no JSON")
  })

  test("asks to connect first, until that is done", async () => {
    const server = await startServer("01-echo")
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await say(console, "Message", "hello")
    const problem = console.getByText("Not sent: connect first.")
    await problem.waitFor()
    await connect(console, server, "/")
    await problem.waitFor({ state: "detached" })
  })

  test("says what an address begins with", async () => {
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await console.getByLabel("Address").fill("localhost:8302")
    await console.getByLabel("Address").press("Enter")
    await is(console, "invalid")
    await console.getByText("An address begins with ws://").waitFor()
  })

  test("is two people in one room of step 4", async () => {
    const server = await startServer("04-groups")
    const { page } = await open("/steps/04-groups.html")
    const [ann, bob] = [person(page, "Ann"), person(page, "Bob")]
    for (const it of [ann, bob]) await connect(it, server, lobby)
    await say(ann, "Message", "hello")
    for (const it of [ann, bob]) {
      await reads(it, "received", '{"message":"hello"}')
    }
  })

  test("is two people at two servers of step 5", async () => {
    const env = await ownEnvironment()
    const servers = [
      await startServer("05-redis", env),
      await startServer("05-redis", env),
    ]
    const { page } = await open("/steps/05-redis.html")
    const [ann, bob] = [person(page, "Ann"), person(page, "Bob")]
    expect(await bob.getByLabel("Address").inputValue()).toContain(":8001/")
    await connect(ann, servers[0] as ServerProcess, lobby)
    await connect(bob, servers[1] as ServerProcess, lobby)
    await say(bob, "Message", "hello")
    await reads(ann, "received", '{"message":"hello"}')
  })

  test("comes back when the server does", async () => {
    const server = await startServer("01-echo")
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await connect(console, server, "/")
    await server.stop()
    await is(console, "waiting")
    await reads(console, "note", "Closed with 1001: the other side is going")
    await reads(console, "note", "Trying again in 0.5 s…")
    await say(console, "Message", "too early")
    await console.getByText("Not sent: not connected yet.").waitFor()
    await console.getByRole("button", { name: "Stop trying" }).waitFor()
    await startServer("01-echo", { PORT: String(server.port) })
    await is(console, "open")
    await say(console, "Message", "again")
    await reads(console, "received", '{"message":"again"}')
  })

  test("says what to run if no server answers", async () => {
    const server = await startServer("01-echo")
    await server.stop()
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await fill(console, server, "/")
    await is(console, "unreachable")
    await console.getByText(`npm run step 1 ${server.port}`).waitFor()
    await startServer("01-echo", { PORT: String(server.port) })
    await console.getByRole("button", { name: "Try again" }).click()
    await is(console, "open")
  })

  test("says so if the server opens no socket", async () => {
    const server = await startServer("04-groups")
    const { page } = await open("/steps/04-groups.html")
    const ann = person(page, "Ann")
    await fill(ann, server, "/nowhere/")
    await is(ann, "refused")
    await ann.getByText("it opens no socket at this address").waitFor()
  })

  test.each(["06-accounts", "07-history"])(
    "leads to the page of %s instead",
    async (step) => {
      const { page } = await open(`/steps/${step}.html`)
      const console = page.locator(".live-console")
      expect(await console.getByRole("textbox").count()).toBe(0)
      const link = console.getByRole("link", { name: "localhost:8000/chat/" })
      expect(await link.getAttribute("href")).toBe(
        "http://localhost:8000/chat/",
      )
    },
  )

  test("tells a reader on another machine to run the lessons there", async () => {
    const { page, url } = await open("/index.html")
    const other = "http://classroom.test"
    await page.route(`${other}/**`, async (route) => {
      const asked = route.request().url().replace(other, url)
      await route.fulfill({ response: await route.fetch({ url: asked }) })
    })
    onTestFinished(() => page.unrouteAll({ behavior: "ignoreErrors" }))
    await page.goto(`${other}/steps/04-groups.html`)
    const console = page.locator(".live-console")
    await console.getByText("npm run docs").waitFor()
    expect(await console.getByRole("button").count()).toBe(0)
  })
})

function person(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true })
}

async function fill(
  console: Locator,
  server: ServerProcess,
  path: string,
): Promise<void> {
  await console.getByLabel("Address").fill(server.socketUrl(path))
  await console.getByLabel("Address").press("Enter")
}

async function connect(
  console: Locator,
  server: ServerProcess,
  path: string,
): Promise<void> {
  await fill(console, server, path)
  await is(console, "open")
}

/** Waits until the console has this status. */
function is(console: Locator, status: string): Promise<void> {
  const isLikeThat = console.page().locator(`[data-status="${status}"]`)
  return console.and(isLikeThat).waitFor()
}

async function say(
  console: Locator,
  label: string,
  text: string,
): Promise<void> {
  await console.getByLabel(label, { exact: true }).fill(text)
  await console.getByLabel(label, { exact: true }).press("Enter")
}

/** Waits until the log has such an entry. */
function reads(
  console: Locator,
  direction: "sent" | "received" | "note",
  text: string,
): Promise<void> {
  const entries = console.getByRole("log").locator(`.${direction}`)
  return entries.filter({ hasText: text }).first().waitFor()
}

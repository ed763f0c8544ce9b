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

  test("connects first when a message is to be sent", async () => {
    const server = await startServer("01-echo")
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    const address = server.socketUrl("/")
    await console.getByLabel("Address").fill(address)
    await say(console, "Message", "hello")
    await reads(console, "received", '{"message":"hello"}')
    await talksTo(console, `Your server on localhost:${server.port}`)
    expect(await console.getByLabel("Message").inputValue()).toBe("")
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
    const { page } = await open("/steps/05-redis.html")
    const ann = person(page, "Ann")
    await fill(ann, server, "/")
    await is(ann, "unreachable")
    await ann.getByText(`npm run step 5 ${server.port}`).waitFor()
    await startServer("01-echo", { PORT: String(server.port) })
    await ann.getByRole("button", { name: "Try again" }).click()
    await is(ann, "open")
  })

  test("says so if the server opens no socket", async () => {
    const server = await startServer("04-groups")
    const { page } = await open("/steps/04-groups.html")
    const ann = person(page, "Ann")
    await fill(ann, server, "/nowhere/")
    await is(ann, "refused")
    await ann.getByText("it opens no socket at this address").waitFor()
  })

  test("asks a reader on another machine to run npm run docs", async () => {
    const page = await fromAnotherMachine("/steps/05-redis.html")
    const console = page.locator(".live-console")
    await console.getByText("npm run docs").waitFor()
    expect(await console.getByRole("button").count()).toBe(0)
  })
})

describe("where no server answers, the page runs the step: it", () => {
  test("names itself, and makes room for a server that answers", async () => {
    const server = await startServer("01-echo")
    await server.stop()
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await connect(console, server, "/any/path/")
    await talksTo(
      console,
      "This page: the finished code of step 1, no server needed",
    )
    const command = `In a terminal: npm run step 1 ${server.port}`
    await reads(console, "note", command)
    expect(await console.getByLabel("Path").inputValue()).toBe("/any/path/")
    await say(console, "Message", "hello")
    await reads(console, "received", '{"message":"hello"}')
    await startServer("01-echo", { PORT: String(server.port) })
    const button = { name: "Connect to your server" }
    await console.getByRole("button", button).click()
    await talksTo(console, `Your server on localhost:${server.port}`)
    await is(console, "open")
    await say(console, "Message", "again")
    await reads(console, "received", '{"message":"again"}')
  })

  test("answers again while the server does not", async () => {
    const server = await startServer("01-echo")
    await server.stop()
    const { page } = await open("/steps/01-echo.html")
    const console = person(page, "Live console")
    await connect(console, server, "/")
    const button = { name: "Connect to your server" }
    await console.getByRole("button", button).click()
    const notes = console.locator(".note", { hasText: "Nothing answers" })
    await notes.nth(1).waitFor()
    await say(console, "Message", "hello")
    await reads(console, "received", '{"message":"hello"}')
  })

  test("refuses what step 2 has no route for, with its sentence", async () => {
    const page = await fromAnotherMachine("/steps/02-routing.html")
    const console = person(page, "Live console")
    await is(console, "open")
    await console.getByRole("button", { name: "Disconnect" }).click()
    await console.getByLabel("Path").fill("ws://localhost:8000/ws/chat/lobby")
    await console.getByLabel("Path").press("Enter")
    await is(console, "refused")
    const sentence = 'No route found for path "ws/chat/lobby"'
    await console.getByRole("status").getByText(sentence).waitFor()
    await console.getByLabel("Path").fill("ws/chat/lobby/")
    await console.getByLabel("Path").press("Enter")
    await is(console, "invalid")
  })

  test("has two people in one room of step 4", async () => {
    const server = await startServer("01-echo")
    await server.stop()
    const { page } = await open("/steps/04-groups.html")
    const [ann, bob] = [person(page, "Ann"), person(page, "Bob")]
    await fill(ann, server, lobby)
    for (const it of [ann, bob]) await is(it, "open")
    await say(ann, "Message", "hello")
    for (const it of [ann, bob]) {
      await reads(it, "received", '{"message":"hello"}')
    }
    await bob.getByRole("button", { name: "Disconnect" }).click()
    await bob.getByLabel("Path").fill("/ws/chat/café bar/")
    await bob.getByLabel("Path").press("Enter")
    await is(bob, "open")
    await say(ann, "Message", "only for the lobby")
    await reads(ann, "received", "only for the lobby")
    await say(bob, "Message", "marker")
    await reads(bob, "received", "marker")
    expect(await bob.getByText("only for the lobby").count()).toBe(0)
    expect(await ann.getByText("marker").count()).toBe(0)
  })

  test("starts by itself for a reader on another machine", async () => {
    const page = await fromAnotherMachine("/steps/04-groups.html")
    const [ann, bob] = [person(page, "Ann"), person(page, "Bob")]
    for (const it of [ann, bob]) {
      await is(it, "open")
      await talksTo(
        it,
        "This page: the finished code of step 4, no server needed",
      )
    }
    await say(bob, "Message", "hello")
    await reads(ann, "received", '{"message":"hello"}')
    const button = { name: "Connect to your server" }
    expect(await ann.getByRole("button", button).count()).toBe(0)
  })
})

/** Opens a page as if it came from a server that is not the reader's own, and
 * goes to its console. */
async function fromAnotherMachine(path: string): Promise<Page> {
  const { page, url } = await open("/index.html")
  const other = "http://classroom.test"
  await page.route(`${other}/**`, async (route) => {
    const asked = route.request().url().replace(other, url)
    await route.fulfill({ response: await route.fetch({ url: asked }) })
  })
  onTestFinished(() => page.unrouteAll({ behavior: "ignoreErrors" }))
  await page.goto(other + path)
  await page.locator(".live-console").scrollIntoViewIfNeeded()
  return page
}

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

/** Waits until the console says which server it talks to. */
function talksTo(console: Locator, server: string): Promise<void> {
  const place = console.getByRole("status")
  return place.and(console.getByText(server, { exact: true })).waitFor()
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

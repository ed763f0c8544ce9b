import { mkdir } from "node:fs/promises"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import type { BesideDjango } from "../../workbook/demos/beside-django.ts"
import { useBesideDjango } from "../support/django-site.ts"
import { withDjango } from "../support/with-django.ts"
import { shutsNoOneOut } from "./axe.ts"
import { connected, logReads, say, useBrowser } from "./browser.ts"

const visit = useBrowser()
const patient = { timeout: 10_000 }
const room = "/chat/lobby/"

/** Waits until the browser shows Django's login page. */
async function atLogin(page: Page, { site }: BesideDjango): Promise<void> {
  const login = `${site.url}/accounts/login/`
  await page.waitForURL(({ origin, pathname }) => origin + pathname === login)
}

/** Fills in Django's login page. */
async function logIn(page: Page, name: string, both: BesideDjango) {
  await atLogin(page, both)
  await page.fill("#id_username", name)
  await page.fill("#id_password", both.password)
  await page.click("#login-submit")
}

/** Waits until the log of Django's page reads like this. */
async function djangoReads(page: Page, lines: string[]): Promise<void> {
  await expect
    .poll(() => page.locator("#chat-log p").allTextContents(), patient)
    .toEqual(lines)
}

/** Keeps a picture, where `SCREENSHOTS` names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}

withDjango.each(["core", "pubsub"] as const)("%s", (layer) => {
  const beside = useBesideDjango(layer)

  test("people on both servers share a room, with one login each", async () => {
    const both = beside()
    const size = { viewport: { width: 480, height: 640 } }
    const { page: ann, complaints } = await visit(size)
    await ann.goto(both.site.url + room)
    await logIn(ann, "ann", both)
    await connected(ann)
    expect(ann.url()).toBe(both.site.url + room)

    const { page: bob, complaints: ofBob } = await visit(size)
    await bob.goto(both.server.url(room))
    await logIn(bob, "bob", both)
    await connected(bob)
    expect(bob.url()).toBe(both.server.url(room))

    await say(ann, "Hello from Django, é 😀")
    await bob.waitForSelector("text=Hello from Django")
    await say(bob, "Hello from here, <b>é</b> 😀")
    await djangoReads(ann, [
      "ann: Hello from Django, é 😀",
      "bob: Hello from here, <b>é</b> 😀",
    ])
    await logReads(bob, [
      "This is the beginning of the room.",
      "ann: Hello from Django, é 😀",
      "bob: Hello from here, <b>é</b> 😀",
    ])
    await keep(ann, `${layer}-django`)
    await keep(bob, `${layer}-here`)

    // Ann follows the link to the other server: it knows her.
    await ann.click("#other")
    await connected(ann)
    expect(ann.url()).toBe(both.server.url(room))
    await say(ann, "Now I am here")
    await bob.waitForSelector("text=Now I am here")
    expect([...complaints, ...ofBob]).toEqual([])
  })

  test("both pages come back after their server was killed", async () => {
    const both = beside()
    const at = "/chat/returning/"
    const { page: ann } = await visit()
    await ann.goto(both.site.url + at)
    await logIn(ann, "ann", both)
    await connected(ann)
    const { page: bob } = await visit()
    await bob.goto(both.server.url(at))
    await logIn(bob, "bob", both)
    await connected(bob)

    await both.site.stop("SIGKILL")
    await ann.waitForSelector('#connection[data-open="false"]')
    await both.site.start()
    await both.server.stop("SIGKILL")
    await bob.waitForSelector('#connection[data-open="false"]')
    await both.startServer()
    await connected(ann)
    await connected(bob)
    await say(ann, "one")
    await bob.waitForSelector("text=one")
    await say(bob, "two")
    await djangoReads(ann, ["ann: one", "bob: two"])
  })
})

withDjango("one login", () => {
  const beside = useBesideDjango("core")

  test("Django's page shows each message once, also if it was overtaken", async () => {
    const both = beside()
    const { page } = await visit()
    await page.goto(both.site.url + room)
    await logIn(page, "ann", both)
    await connected(page)
    await page.evaluate(`for (const number of [2, 1, 2, 1, 3]) {
      show({ author: "bob", message: "message " + number, number })
    }`)
    const expected = [2, 1, 3].map((number) => `bob: message ${number}`)
    await djangoReads(page, expected)
  })

  test.each(["light", "dark"] as const)(
    "no page of Django shuts a person out, %s",
    async (colorScheme) => {
      const both = beside()
      const { page } = await visit({ colorScheme })
      await page.goto(`${both.site.url}/chat/`)
      await page.fill("#id_username", "ann")
      await page.fill("#id_password", "not hers")
      await page.click("#login-submit")
      await page.waitForSelector(".error")
      await shutsNoOneOut(page, "the login")
      await logIn(page, "ann", both)
      await page.fill("#room-name-input", "..")
      await page.click("#room-name-submit")
      await page.waitForSelector(".error")
      await shutsNoOneOut(page, "the rooms")
      await page.fill("#room-name-input", "x".repeat(200))
      await page.click("#room-name-submit")
      await connected(page)
      await say(page, "y".repeat(200))
      await page.waitForSelector("#chat-log p")
      await shutsNoOneOut(page, "a room")
      await page.click("text=Log out")
      await page.waitForSelector("#logout-submit")
      await shutsNoOneOut(page, "the logout")
    },
  )

  test("a logout here ends the session on both servers", async () => {
    const both = beside()
    const { page: here } = await visit()
    await here.goto(both.server.url(room))
    await logIn(here, "bob", both)
    await connected(here)
    const there = await here.context().newPage()
    await there.goto(both.site.url + room)
    await connected(there)
    await here.click("#logout-submit")
    await atLogin(here, both)
    await there.reload()
    await atLogin(there, both)
  })

  test("a logout at Django ends the session on both servers", async () => {
    const both = beside()
    const { page: there } = await visit()
    await there.goto(both.site.url + room)
    await logIn(there, "ann", both)
    await connected(there)
    const here = await there.context().newPage()
    await here.goto(both.server.url(room))
    await connected(here)
    await there.click("text=Log out")
    await there.click("#logout-submit")
    await atLogin(there, both)
    await atLogin(here, both) // by itself
  })
})

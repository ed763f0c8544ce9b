import { expect, test } from "vitest"
import { useDjango } from "../support/django-project.ts"
import { useServer } from "../support/servers.ts"
import { withDjango } from "../support/with-django.ts"
import { connected, logReads, say, useBrowser } from "./browser.ts"

withDjango("with a real Django,", () => {
  const django = useDjango()
  const server = useServer("11-django", () => django().env)
  const visit = useBrowser()

  const login = "**/accounts/login/?next=*"

  /** A person who has followed a link to a room, and logged in on the way. */
  async function logIn(username: string) {
    await django().create(username)
    await django().allow(new URL(server().url("/")).host)
    const visitor = await visit()
    const { page } = visitor
    await page.goto(server().url("/chat/lobby/"))
    await page.waitForURL(login)
    await page.fill("[name=username]", username)
    await page.fill("[name=password]", "correct horse")
    await page.click("#submit")
    await page.waitForURL(server().url("/chat/lobby/"))
    await connected(page)
    return visitor
  }

  test("a link to a room leads through Django's login into the room", async () => {
    const { page, complaints } = await logIn("ann")
    await say(page, "é and 😀")
    const beginning = "This is the beginning of the room."
    await logReads(page, [beginning, "ann: é and 😀"])
    expect(complaints).toEqual([])
  })

  test("a logout in one tab leads both tabs to Django's login", async () => {
    const { page, complaints } = await logIn("bob")
    const other = await page.context().newPage()
    await other.goto(server().url("/chat/tea/"))
    await connected(other)
    await page.click("#logout-submit")
    await page.waitForURL(login)
    await other.waitForURL(login)
    expect(new URL(other.url()).searchParams.get("next")).toBe(
      server().url("/chat/tea/"),
    )
    expect(complaints).toEqual([])
  })

  test("a logout at Django leads a room to Django's login", async () => {
    const { page, complaints } = await logIn("carol")
    const cookies = await page.context().cookies()
    const found = cookies.find(({ name }) => name === "sessionid")
    await django().end({ cookie: `sessionid=${found?.value}` })
    await page.waitForURL(login)
    expect(complaints).toEqual([])
  })
})

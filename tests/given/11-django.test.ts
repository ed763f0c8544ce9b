import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { groupNameFor } from "../../steps/04-groups/group-name.ts"
import { openLayer } from "../../steps/11-django/open-layer.ts"
import { readSettings } from "../../steps/11-django/settings.ts"
import type { BesideDjango } from "../../workbook/demos/beside-django.ts"
import { stepsFolder } from "../../workbook/folders.ts"
import {
  HandshakeRefused,
  type SocketClient,
} from "../../workbook/processes/socket-client.ts"
import { Command } from "../support/command.ts"
import { numbers } from "../support/conversation.ts"
import { enter, useBesideDjango } from "../support/django-site.ts"
import { nextEvent } from "../support/next-event.ts"
import { withDjango } from "../support/with-django.ts"

/** Logs both people in. Ann is on Django, Bob is here. */
async function people({ site, password }: BesideDjango) {
  const ann = await site.logIn("ann", password)
  const { cookie } = await site.logIn("bob", password)
  return { ann, bob: { cookie } }
}

/** Ann on Django and Bob here, in one room. */
async function annAndBob(both: BesideDjango, room: string) {
  const { ann, bob } = await people(both)
  return {
    ann: await enter(both.site, room, ann, "Ann"),
    bob: await enter(both.server, room, bob, "Bob"),
  }
}

/** The author and text of the next messages. */
async function seen(client: SocketClient, count: number): Promise<string[]> {
  const frames = await client.nextFrames(count)
  return frames.map(({ author, message }) => `${author}: ${message}`)
}

withDjango.each(["core", "pubsub"] as const)("%s", (layer) => {
  const beside = useBesideDjango(layer)

  test("92 of 92 messages arrive each way, on two sockets of each server", async () => {
    const both = beside()
    const { ann, bob } = await people(both)
    // The same name: composed here, and decomposed there.
    const there = [
      await enter(both.site, "caf\u0065\u0301 😀", ann, "Ann"),
      await enter(both.site, "caf\u0065\u0301 😀", ann, "Ann again"),
    ] as const
    const here = [
      await enter(both.server, "caf\u00e9 😀", bob, "Bob"),
      await enter(both.server, "caf\u00e9 😀", bob, "Bob again"),
    ] as const
    for (const [[sender], author] of [
      [there, "ann"],
      [here, "bob"],
    ] as const) {
      const texts = numbers(1, 92).map((number) => `é 😀 ${number}`)
      for (const text of texts) sender.say(text)
      const expected = texts.map((text) => `${author}: ${text}`)
      for (const client of [...there, ...here]) {
        expect(await seen(client, 92)).toEqual(expected)
      }
    }
  })

  test("a message of Django is shown here and stored there, and the other way round", async () => {
    const both = beside()
    const { ann, bob } = await annAndBob(both, "stored")
    ann.say("from Django")
    const { timestamp, ...rest } = await bob.nextFrame()
    expect(rest).toEqual({ author: "ann", message: "from Django" })
    expect(Date.parse(String(timestamp))).toBeGreaterThan(0)
    bob.say("from here")
    expect(await seen(ann, 2)).toEqual(["ann: from Django", "bob: from here"])
    const later = await annAndBob(both, "stored")
    later.bob.say("last")
    expect(await seen(later.bob, 2)).toEqual(["bob: from here", "bob: last"])
    expect(await seen(later.ann, 2)).toEqual(["ann: from Django", "bob: last"])
  })

  test("a server here that is killed comes back into the room", async () => {
    const both = beside()
    const { ann, bob } = await annAndBob(both, "ours")
    bob.say("before")
    expect(await seen(ann, 1)).toEqual(["bob: before"])
    await both.server.stop("SIGKILL")
    ann.say("alone")
    expect(await seen(ann, 1)).toEqual(["ann: alone"])
    await both.startServer()
    const { bob: back } = await annAndBob(both, "ours")
    ann.say("back?")
    expect(await seen(back, 2)).toEqual(["bob: before", "ann: back?"])
    back.say("back")
    expect(await seen(ann, 2)).toEqual(["ann: back?", "bob: back"])
  })

  test("a Django server that is killed comes back into the room", async () => {
    const both = beside()
    const { ann, bob } = await annAndBob(both, "theirs")
    ann.say("before")
    expect(await seen(bob, 1)).toEqual(["ann: before"])
    await both.site.stop("SIGKILL")
    bob.say("alone")
    expect(await seen(bob, 1)).toEqual(["bob: alone"])
    await both.site.start()
    const { ann: back } = await annAndBob(both, "theirs")
    back.say("back")
    expect(await seen(back, 2)).toEqual(["ann: before", "ann: back"])
    expect(await seen(bob, 1)).toEqual(["ann: back"])
    bob.say("welcome")
    expect(await seen(back, 1)).toEqual(["bob: welcome"])
  })

  test("a room's group gets nothing that ends a consumer of Django", async () => {
    const both = beside()
    const { channelLayer } = readSettings({ ...process.env, ...both.env })
    const watching = await openLayer(channelLayer)
    onTestFinished(() => watching.close())
    const channel = await watching.newChannel()
    await watching.groupAdd(groupNameFor("events"), channel)

    const { ann, bob } = await annAndBob(both, "events")
    const key = { message: "with a key", key: "one" }
    const frames = [key, key, { message: "/roll 2d6" }, { message: "/roll" }]
    for (const frame of frames) bob.send(JSON.stringify(frame))
    for (const bad of ["{", '{"message": 5}', '{"message": "\\ud800"}']) {
      bob.send(bad)
    }
    const { ann: twice, bob: gone } = await annAndBob(both, "events")
    await gone.close()
    await twice.close()
    await people(both) // logs in again
    bob.say("last")

    const events: LayerEvent[] = []
    while (events.at(-1)?.message !== "last") {
      events.push(await nextEvent(watching, channel))
    }
    const kinds = events.map(({ type, message, author }) => [
      type,
      typeof message,
      typeof author,
    ])
    expect(events.length).toBeGreaterThan(4)
    expect(kinds).toEqual(
      events.map(() => ["chat.message", "string", "string"]),
    )
    let message: unknown
    while (message !== "last") message = (await ann.nextFrame()).message
  })
})

withDjango("the Django server", () => {
  const beside = useBesideDjango("core")

  test("both servers refuse a visitor", async () => {
    const { site, server } = beside()
    for (const [at, headers] of [
      [site, { origin: site.url }],
      [server, {}],
    ] as const) {
      const visit = enter(at, "lobby", headers, "a visitor")
      await expect(visit).rejects.toThrow(HandshakeRefused)
      await expect(visit).rejects.toMatchObject({ status: 403 })
    }
  })

  test("a page of another site cannot open a socket on Django", async () => {
    const both = beside()
    const { ann } = await people(both)
    const headers = { ...ann, origin: "http://evil.example" }
    const visit = enter(both.site, "lobby", headers, "the other site")
    await expect(visit).rejects.toMatchObject({ status: 403 })
  })

  test("an invalid frame is answered with an error, and closes no socket", async () => {
    const both = beside()
    const { ann } = await people(both)
    const client = await enter(both.site, "frames", ann, "Ann")
    const deep = "[".repeat(100_000)
    const bad = ["", "{", "5", "null", "[]", '{"message": 5}', deep]
    for (const frame of bad) client.send(frame)
    client.send(new Uint8Array([1, 2, 3]))
    client.say("\ud800")
    client.say("  ")
    client.say("x".repeat(10_001))
    const answers = await client.nextFrames(bad.length + 4)
    expect(answers.filter(({ error }) => !error)).toEqual([])
    client.say("fine")
    expect(await seen(client, 1)).toEqual(["ann: fine"])
  })

  test("an invalid event of another program ends no consumer", async () => {
    const both = beside()
    const { ann } = await people(both)
    const client = await enter(both.site, "wrong", ann, "Ann")
    const { channelLayer } = readSettings({ ...process.env, ...both.env })
    const layer = await openLayer(channelLayer)
    onTestFinished(() => layer.close())
    const group = groupNameFor("wrong")
    await layer.groupSend(group, { type: "chat.message" })
    await layer.groupSend(group, { type: "chat.message", message: 5 })
    await layer.groupSend(group, { type: "chat.message", message: "right" })
    expect(await client.nextFrame()).toEqual({ message: "right" })
  })

  test("a worker's answer is shown on both servers", async () => {
    const both = beside()
    const { ann, bob } = await annAndBob(both, "dice")
    const worker = join(stepsFolder, "11-django/worker.ts")
    const line = `exec "${process.execPath}" --import tsx "${worker}"`
    await new Command(line, both.env).printed(/Working for/)
    bob.say("/roll 2d6")
    for (const client of [ann, bob]) {
      const [roll, answer] = await seen(client, 2)
      expect(roll).toBe("bob: /roll 2d6")
      expect(answer).toMatch(/dice: bob: .*\d/)
    }
    // Only a message that was stored here is handed to a worker.
    ann.say("/roll 2d6")
    ann.say("last")
    for (const client of [ann, bob]) {
      expect(await seen(client, 2)).toEqual(["ann: /roll 2d6", "ann: last"])
    }
  })

  test("a login leads back here, and to no third site", async () => {
    const both = beside()
    const leadsTo = async (next: string) => {
      const { headers } = await both.site.submitLogin(
        "ann",
        both.password,
        next,
      )
      return headers.get("location")
    }
    const here = both.server.url("/chat/caf%C3%A9/")
    expect(await leadsTo(here)).toBe(here)
    for (const bad of [
      "http://evil.example/",
      "//evil.example/",
      "\\\\evil.example/",
      "https:evil.example",
      `http://localhost:${both.server.port}@evil.example/`,
      "javascript:alert(1)",
    ]) {
      expect(await leadsTo(bad), bad).toBe("/chat/")
    }
  })

  test("a request for another host is refused", async () => {
    const { site } = beside()
    const other = await fetch(`http://127.0.0.1:${site.port}/accounts/login/`)
    expect(other.status).toBe(400)
  })

  test("another site cannot log a person out", async () => {
    const both = beside()
    const { ann } = await people(both)
    const url = `${both.site.url}/accounts/logout/`
    for (const method of ["POST", "GET"]) {
      const forged = await fetch(url, { method, headers: ann })
      expect(forged.status).toBe(method === "POST" ? 403 : 200)
      await enter(both.site, "lobby", ann, "Ann")
    }
  })

  test("a logout at Django ends the socket here", async () => {
    const both = beside()
    const { bob } = await people(both)
    const client = await enter(both.server, "logout", bob, "Bob")
    await both.site.logOut(bob.cookie)
    expect((await client.closed()).code).toBe(4001)
    const visit = enter(both.server, "logout", bob, "Bob")
    await expect(visit).rejects.toMatchObject({ status: 403 })
  })
})

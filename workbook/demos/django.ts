import { once } from "node:events"
import type { Django } from "../machine/django.ts"
import { SocketClient } from "../processes/socket-client.ts"
import { styled } from "../style.ts"
import { BesideDjango } from "./beside-django.ts"

export interface DjangoDemoOptions {
  readonly django: Django
  readonly step: string
  readonly env: NodeJS.ProcessEnv
  readonly say: (line: string) => void
}

const names = ["ann", "bob"]

/** A Django server and this chat, two people in one room: what each sees of the
 * other, with one channel layer after the other.
 * @throws Error with the message that did not arrive */
export async function besideDjangoInTurn(
  options: DjangoDemoOptions,
): Promise<void> {
  const { django, say } = options
  const env = { ...options.env, CHANNEL_LAYER: "core" }
  const both = await BesideDjango.start({ ...options, env, names })
  try {
    say(`${django.versions}.`)
    const { site, password } = both
    const ann = await site.logIn("ann", password)
    const { cookie } = await site.logIn("bob", password)
    say("Ann and Bob log in at Django's page, and nowhere else.")
    await talk(both, "core", { ann, bob: { cookie } }, say)
    await both.switchTo("pubsub")
    await talk(both, "pubsub", { ann, bob: { cookie } }, say)
  } finally {
    await both.stop()
  }
  say("\nTwo servers in two languages, one room, one login.")
}

interface Sessions {
  readonly ann: Readonly<Record<string, string>>
  readonly bob: Readonly<Record<string, string>>
}

async function talk(
  { site, server }: BesideDjango,
  layer: string,
  sessions: Sessions,
  say: (line: string) => void,
): Promise<void> {
  say(styled("bold", `\nBoth with channels_redis.${layer}`))
  const room = `/ws/chat/${layer}/`
  const ann = await SocketClient.open(site.socketUrl(room), {
    headers: sessions.ann,
  })
  const bob = await SocketClient.open(server.socketUrl(room), {
    headers: sessions.bob,
  })
  say("Ann joins a room on Django, Bob joins it here.")
  for (const [one, other, who, text] of [
    [ann, bob, "Ann", "Hello from Django, é 😀"],
    [bob, ann, "Bob", "Hello from here, é 😀"],
  ] as const) {
    one.say(text)
    await seenBy(one, text)
    say(`${who} sends "${text}".`)
    const receiver = who === "Ann" ? "Bob" : "Ann"
    say(`${receiver} sees "${await seenBy(other, text)}".`)
  }
  await Promise.all([ann.close(), bob.close()])
}

/** @returns the next message as a page shows it */
async function seenBy(client: SocketClient, text: string): Promise<string> {
  const { author, message } = await client.nextFrame()
  if (message === text) return `${author}: ${message}`
  throw new Error(`A client received "${message}" instead of "${text}"`)
}

/** Both servers, for two browser windows, until Ctrl-C.
 * @throws Error with what one of them printed, if it does not start */
export async function stayBesideDjango(
  options: DjangoDemoOptions,
): Promise<void> {
  const { say } = options
  const layer = process.env.CHANNEL_LAYER || "core"
  const env = { ...options.env, CHANNEL_LAYER: layer }
  const both = await BesideDjango.start({ ...options, env, names })
  try {
    say(`Django: ${both.site.url}/chat/lobby/`)
    say(`Here:   ${both.server.url("/chat/lobby/")}`)
    say(`Users:  ann and bob, password ${both.password}`)
    say("Log in once, for both. Ctrl-C stops both.")
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")])
  } finally {
    await both.stop()
  }
}

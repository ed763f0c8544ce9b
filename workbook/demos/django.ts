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

const room = "/ws/chat/lobby/"

/** A Django server and this chat, two people in one room: what each receives
 * from the other, with one channel layer after the other.
 * @throws Error with the message that did not arrive */
export async function besideDjangoInTurn(
  options: DjangoDemoOptions,
): Promise<void> {
  const { django, say } = options
  say(`${django.versions}.`)
  for (const layer of ["core", "pubsub"]) {
    say(styled("bold", `\nThe layer of channels_redis.${layer}`))
    const env = { ...options.env, CHANNEL_LAYER: layer }
    const names = ["ann", "bob"]
    const both = await BesideDjango.start({ ...options, env, names })
    try {
      await talk(both, say)
    } finally {
      await both.stop()
    }
  }
  say("\nTwo servers in two languages, one room, one login.")
}

async function talk(
  { site, server, password }: BesideDjango,
  say: (line: string) => void,
): Promise<void> {
  const forAnn = await site.logIn("ann", password)
  const { cookie } = await site.logIn("bob", password)
  say("Ann and Bob log in at Django's page, and nowhere else.")
  const ann = await SocketClient.open(site.socketUrl(room), { headers: forAnn })
  const bob = await SocketClient.open(server.socketUrl(room), {
    headers: { cookie },
  })
  say("Ann joins the lobby on Django, Bob joins it here.")
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

/** Both servers, for two browser windows, until Ctrl-C. */
export async function stayBesideDjango(
  options: DjangoDemoOptions,
): Promise<void> {
  const { say } = options
  const layer = process.env.CHANNEL_LAYER || "core"
  const env = { ...options.env, CHANNEL_LAYER: layer }
  const signal = Promise.race([
    once(process, "SIGINT"),
    once(process, "SIGTERM"),
  ])
  const both = await BesideDjango.start({
    ...options,
    env,
    names: ["ann", "bob"],
  })
  try {
    say(`Django: ${both.site.url}/chat/lobby/`)
    say(`Here:   ${both.server.url("/chat/lobby/")}`)
    say(`Users:  ann and bob, password ${both.password}`)
    say("Log in at one of them: both know you then. Ctrl-C stops both.")
    await signal
  } finally {
    await both.stop()
  }
}

import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import {
  HandshakeRefused,
  type SocketClient,
} from "../../workbook/processes/socket-client.ts"
import { listSteps } from "../../workbook/steps.ts"
import { post, signUp } from "../support/accounts.ts"
import { Command } from "../support/command.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { likeAnyOther } from "./trace-text.ts"

/** Where `npm run client` connects by default. */
const lobby = "/ws/chat/lobby/"
/** How a browser closes the sockets of a page that is left. */
const goingAway = 1001
const node = "node --import tsx"

/** A short conversation with each step, as its page invites to.
 * @returns all that the server has printed of it */
const conversations: Readonly<Record<string, () => Promise<string>>> = {
  async "01-echo"() {
    const server = await startServer("01-echo", { TRACE: "1" })
    const client = await connect(server, lobby)
    const typed = ['{"message": "hi"}', "hello", '{"message": "still here"}']
    for (const text of typed) {
      client.send(text)
      await client.next()
    }
    await leave(server, client, 1)
    return server.output
  },

  async "02-routing"() {
    const server = await startServer("02-routing", { TRACE: "1" })
    const client = await connect(server, "/ws/chat/a%20b/")
    client.send('{"message": "hi"}')
    await client.next()
    await leave(server, client, 1)
    const astray = connect(server, "/ws/chat/lobby")
    await expect(astray).rejects.toThrow(HandshakeRefused)
    await server.printed(/socket 2: closed with/)
    return server.output
  },

  async "03-pages"() {
    const server = await startServer("03-pages", { TRACE: "1" })
    const page = await connect(server, lobby)
    page.say("hi")
    await page.next()
    await leave(server, page, 1, goingAway)
    return server.output
  },

  async "04-groups"() {
    const server = await startServer("04-groups", { TRACE: "1" })
    const [ann, bob] = [
      await connect(server, lobby),
      await connect(server, lobby),
    ]
    ann.say("hi")
    await Promise.all([ann.next(), bob.next()])
    await leave(server, ann, 1, goingAway)
    await leave(server, bob, 2, goingAway)
    return server.output
  },

  async "05-redis"() {
    const env = { ...(await ownEnvironment()), TRACE: "1" }
    const first = await startServer("05-redis", env)
    const second = await startServer("05-redis", env)
    const ann = await connect(first, lobby)
    const bob = await connect(second, lobby)
    ann.say("hi")
    await Promise.all([ann.next(), bob.next()])
    await leave(first, ann, 1, goingAway)
    await leave(second, bob, 1, goingAway)
    await first.printed(/UNSUBSCRIBE .*__group__/)
    await second.printed(/UNSUBSCRIBE .*__group__/)
    const port = String(second.port)
    return `${first.output}\n${second.output.replace(port, "8001")}`
  },

  async "06-accounts"() {
    const server = await startServer("06-accounts", await tracing())
    const headers = await signUp(server, "ann")
    const visitor = connect(server, lobby)
    await expect(visitor).rejects.toThrow(HandshakeRefused)
    await server.printed(/socket 1: closed with/)
    const ann = await connect(server, lobby, { headers })
    ann.say("hi")
    await ann.next()
    await leave(server, ann, 2, goingAway)
    await server.printed(/UNSUBSCRIBE .*__group__/)
    return server.output
  },

  async "07-history"() {
    const server = await startServer("07-history", await tracing())
    const headers = await signUp(server, "ann")
    for (const [index, said] of ["hi", "hi again"].entries()) {
      const ann = await connect(server, lobby, { headers })
      for (let before = 0; before < index; before++) await ann.next()
      ann.say(said)
      await ann.next()
      await leave(server, ann, index + 1, goingAway)
      const left = "(UNSUBSCRIBE .*__group__[^]*)"
      await server.printed(new RegExp(`${left}{${index + 1}}`))
    }
    return server.output
  },

  async "08-guard"() {
    const env = { ...(await tracing()), LIMIT_SOCKETS: "1" }
    const server = await startServer("08-guard", env)
    const headers = await signUp(server, "ann")
    const ann = await connect(server, lobby, { headers })
    const second = connect(server, lobby, { headers })
    await expect(second).rejects.toThrow(HandshakeRefused)
    ann.say("hi")
    await ann.next()
    await post(server, "/logout/", {}, headers)
    await ann.closed()
    await server.printed(/UNSUBSCRIBE .*__group__/)
    return server.output
  },

  async "09-delivery"() {
    const server = await startServer("09-delivery", await tracing())
    const headers = await signUp(server, "ann")
    const first = await connect(server, `${lobby}?since=`, { headers })
    const { joined } = await first.nextFrame()
    first.send('{"message":"hi","key":"k1"}')
    await first.nextFrames(2)
    // As if neither of them had arrived.
    const address = `${lobby}?since=0&epoch=${Object(joined).epoch}`
    const second = await connect(server, address, { headers })
    await second.nextFrames(2)
    second.send('{"message":"hi","key":"k1"}')
    await second.next()
    await server.printed(/layer: to (?:.*\n)+.*layer: to /)
    return server.output
  },

  async "10-batching"() {
    const server = await startServer("10-batching", await tracing())
    const headers = await signUp(server, "ann")
    const ann = await connect(server, `${lobby}?since=`, { headers })
    await ann.nextFrame()
    // All in one packet, so that they wait together.
    const raw = Reflect.get(ann.socket, "_socket")
    raw.cork()
    for (const key of ["k1", "k2"]) {
      ann.send(JSON.stringify({ message: "hi", key }))
    }
    raw.uncork()
    await ann.nextFrames(4)
    return server.output
  },

  async "11-django"() {
    const env = { ...(await tracing()), CHANNEL_LAYER: "core" }
    const server = await startServer("11-django", env)
    const headers = await signUp(server, "ann")
    const ann = await connect(server, lobby, { headers })
    ann.say("/roll 2d4")
    await ann.nextFrame()
    // It waits in Redis for a worker that starts only now.
    const worker = new Command(`${node} steps/11-django/worker.ts`, env)
    await ann.nextFrame()
    worker.signal("SIGINT")
    await worker.gone()
    return server.output
  },
}

describe("the trace on the page is what the server prints, in", () => {
  test.each(listSteps())("$name", async ({ name }) => {
    const converse = conversations[name]
    if (!converse) throw new Error(`No conversation with ${name} yet`)
    const golden = join(root, "docs/golden", `${name.slice(0, 2)}-trace.txt`)
    await expect(likeAnyOther(await converse())).toMatchFileSnapshot(golden)
  })
})

async function tracing(): Promise<NodeJS.ProcessEnv> {
  return { ...(await ownEnvironment()), TRACE: "1" }
}

/** @param code omitted, it is what Ctrl-C in `npm run client` causes */
async function leave(
  server: ServerProcess,
  client: SocketClient,
  socket: number,
  code?: number,
): Promise<void> {
  await client.close(code)
  await server.printed(new RegExp(`socket ${socket}: closed with`))
}

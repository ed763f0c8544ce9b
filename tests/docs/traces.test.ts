import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import type { ServerProcess } from "../../workbook/server-process.ts"
import {
  HandshakeRefused,
  type SocketClient,
} from "../../workbook/socket-client.ts"
import { listSteps } from "../../workbook/steps.ts"
import { signUp } from "../support/accounts.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { likeAnyOther } from "./trace-text.ts"

const lobby = "/ws/chat/lobby/"

/** A short conversation with each step, as its page invites to.
 * @returns all that the server has printed of it */
const conversations: Readonly<Record<string, () => Promise<string>>> = {
  async "01-echo"() {
    const server = await startServer("01-echo", { TRACE: "1" })
    const client = await connect(server, "/")
    client.say("hi")
    await client.next()
    client.send("hi")
    await client.next()
    await leave(server, client, 1)
    return server.output
  },
  "02-routing": () => enterAndGoAstray("02-routing"),
  "03-pages": () => enterAndGoAstray("03-pages"),

  async "04-groups"() {
    const server = await startServer("04-groups", { TRACE: "1" })
    const [ann, bob] = [
      await connect(server, lobby),
      await connect(server, lobby),
    ]
    ann.say("hi")
    await Promise.all([ann.next(), bob.next()])
    await leave(server, ann, 1)
    await leave(server, bob, 2)
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
    await leave(first, ann, 1)
    await leave(second, bob, 1)
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
    await server.printed(/UNSUBSCRIBE/)
    const ann = await connect(server, lobby, { headers })
    ann.say("hi")
    await ann.next()
    await leave(server, ann, 2)
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
      await leave(server, ann, index + 1)
      const left = "(UNSUBSCRIBE .*__group__[^]*)"
      await server.printed(new RegExp(`${left}{${index + 1}}`))
    }
    return server.output
  },
}

describe("the trace that a page shows is what is printed, in", () => {
  test.each(listSteps())("$name", async ({ name }) => {
    const converse = conversations[name]
    if (!converse) throw new Error(`No conversation with ${name} yet`)
    const golden = join(root, "docs/golden", `${name.slice(0, 2)}-trace.txt`)
    await expect(likeAnyOther(await converse())).toMatchFileSnapshot(golden)
  })
})

async function enterAndGoAstray(step: string): Promise<string> {
  const server = await startServer(step, { TRACE: "1" })
  const client = await connect(server, lobby)
  client.say("hi")
  await client.next()
  await expect(connect(server, "/lobby/")).rejects.toThrow(HandshakeRefused)
  await leave(server, client, 1)
  return server.output
}

async function tracing(): Promise<NodeJS.ProcessEnv> {
  return { ...(await ownEnvironment()), TRACE: "1" }
}

async function leave(
  server: ServerProcess,
  client: SocketClient,
  socket: number,
): Promise<void> {
  await client.close(1000)
  await server.printed(new RegExp(`socket ${socket}: closed with`))
}

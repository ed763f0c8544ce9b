import { describe, expect, test } from "vitest"
import { connect, startServer } from "../support/servers.ts"

describe("a server that stops", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "closes its sockets with 1001 and exits with 0 within 2 s, after %s",
    async (signal) => {
      const server = await startServer("01-echo")
      const client = await connect(server, "/")
      const begin = performance.now()
      const stopped = server.stop(signal)
      expect(await client.closed()).toMatchObject({ code: 1001 })
      expect(await stopped).toBe(0)
      expect(performance.now() - begin).toBeLessThan(2_000)
    },
  )

  test("does not wait for a client that never reads", async () => {
    const server = await startServer("01-echo")
    const client = await connect(server, "/")
    client.socket.pause()
    const begin = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - begin).toBeLessThan(2_000)
  })
})

describe("a server that cannot start", () => {
  test.each([
    [
      "a port that is taken",
      (port: number) => String(port),
      /Port \d+ is taken/,
    ],
    ["a PORT that is not a number", () => "eighty", /PORT is "eighty"/],
  ])(
    "reports %s in a sentence, without a stack",
    async (_what, port, sentence) => {
      const first = await startServer("01-echo")
      const second = startServer("01-echo", { PORT: port(first.port) })
      const error = await second.catch((reason: Error) => reason.message)
      expect(error).toMatch(sentence)
      expect(error).not.toMatch(/^ +at /m)
    },
  )
})

test("with TRACE=1, a server prints a line for each event", async () => {
  const server = await startServer("01-echo", { TRACE: "1" })
  const client = await connect(server, "/")
  client.send("two\nlines")
  await client.next()
  await client.close()
  await server.printed(/socket 1: handshake '\/'$/m)
  await server.printed(/socket 1: frame in {2}'two\\nlines'$/m)
  await server.printed(/socket 1: frame out '.*'$/m)
  await server.printed(/socket 1: closed with 1005$/m)
})

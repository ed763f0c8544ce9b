import { once } from "node:events"
import type { Duplex } from "node:stream"
import { describe, expect, onTestFinished, test } from "vitest"
import type { WebSocket } from "ws"
import type {
  Application,
  ClientEvent,
  Scope,
} from "../../steps/01-echo/application.ts"
import type { ServerOptions } from "../../steps/01-echo/server/server-options.ts"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import {
  HandshakeRefused,
  SocketClient,
} from "../../workbook/processes/socket-client.ts"
import { load } from "../support/load.ts"
import { RawRequest } from "../support/raw-request.ts"

const { ProtocolServer } = await load<
  typeof import("../../steps/01-echo/server/protocol-server.ts")
>("01-echo/server/protocol-server.ts")
const { RequestError } = await load<
  typeof import("../../steps/01-echo/request-error.ts")
>("01-echo/request-error.ts")

/** Accepts every client and sends everything back. */
const echo: Application = async (scope, receive, send) => {
  if (scope.type === "http") throw new RequestError(404, "No pages here")
  for (;;) {
    const event = await receive()
    if (event.type === "websocket.disconnect") return
    if (event.type === "websocket.connect") {
      await send({ type: "websocket.accept" })
    } else {
      await send({ type: "websocket.send", data: event.data })
    }
  }
}

/** A server of this test, on a free port. */
async function serve(application: Application, options: ServerOptions = {}) {
  const server = new ProtocolServer(application, options)
  onTestFinished(() => server.close())
  const port = await server.listen(0, "127.0.0.1")
  const connect = async () => {
    const client = await SocketClient.open(`ws://127.0.0.1:${port}/`)
    onTestFinished(() => client.socket.terminate())
    return client
  }
  return { server, port, connect, page: `http://127.0.0.1:${port}/` }
}

test("the scope has the client's address, for a socket and for a page", async () => {
  const scopes: Scope[] = []
  const { connect, page } = await serve((scope, receive, send) => {
    scopes.push(scope)
    return echo(scope, receive, send)
  })
  const client = await connect()
  await fetch(page)
  for (const { client } of scopes) {
    expect(client).toEqual({ address: "127.0.0.1", port: expect.any(Number) })
  }
  expect(scopes).toHaveLength(2)
  await client.close()
})

describe("headers", () => {
  const headers = { "X-Content-Type-Options": "nosniff" }
  const busy: Application = async () => {
    throw new RequestError(503, "Busy", { "Retry-After": "7" })
  }

  test("of the server and of an error are in the response to a page's request", async () => {
    const { page } = await serve(busy, { headers })
    const answer = await fetch(page)
    expect(answer.status).toBe(503)
    expect(answer.headers.get("retry-after")).toBe("7")
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
  })

  test("of the server and of an error are in the response to a refused handshake", async () => {
    const { port } = await serve(busy, { headers })
    const request = await RawRequest.upgrade(port, "/")
    const lines = await request.head()
    expect(lines[0]).toContain("503")
    expect(lines).toContain("Retry-After: 7")
    expect(lines).toContain("X-Content-Type-Options: nosniff")
  })

  test("of the server are in the response to a malformed address", async () => {
    const { port } = await serve(echo, { headers })
    const request = await RawRequest.upgrade(port, "/%zz")
    expect(await request.head()).toContain("X-Content-Type-Options: nosniff")
  })
})

test("onOpen is called with every accepted socket and its stream", async () => {
  const opened: [WebSocket, Duplex][] = []
  const onOpen = (...both: [WebSocket, Duplex]) => void opened.push(both)
  const { connect } = await serve(echo, { onOpen })
  const client = await connect()
  const pinged = once(client.socket, "ping")
  const [[socket, stream]] = opened as [[WebSocket, Duplex]]
  socket.ping()
  await pinged
  stream.destroy()
  expect(await client.closed()).toMatchObject({ code: 1006 })
})

test("openWriter writes all frames of a socket", async () => {
  const { connect } = await serve(echo, {
    openWriter: (socket) => (data) => socket.send(`${data}!`),
  })
  const client = await connect()
  client.send("hi")
  expect(await client.next()).toBe("hi!")
})

test("Node's timeouts drop a request that is incomplete", async () => {
  const { port } = await serve(echo, {
    http: { headersTimeout: 100, connectionsCheckingInterval: 50 },
  })
  const request = await RawRequest.half(port, "GET / HTTP/1.1\r\nHost: x")
  expect(await request.all()).toContain("408 Request Timeout")
})

test("an application can take all waiting events, up to a limit", async () => {
  const taken: ClientEvent[][] = []
  const { connect } = await serve(async (_scope, receive, send) => {
    await receive()
    await send({ type: "websocket.accept" })
    // The first comes alone: no other event has arrived yet.
    await receive()
    await send({ type: "websocket.send", data: "go on" })
    let count = 0
    while (count < 5) {
      const events = (await receive.many?.(3)) ?? []
      taken.push(events)
      count += events.length
    }
  })
  const client = await connect()
  client.send("first")
  await client.next()
  // All in one packet, so that they wait together.
  const raw = Reflect.get(client.socket, "_socket")
  raw.cork()
  for (const text of ["1", "2", "3", "4", "5"]) client.send(text)
  raw.uncork()
  await client.closed()
  const texts = taken.map((events) =>
    events.map((event) => "data" in event && String(event.data)),
  )
  expect(texts.flat()).toEqual(["1", "2", "3", "4", "5"])
  expect(Math.max(...texts.map(({ length }) => length))).toBe(3)
})

describe("stopping", () => {
  test("refuses handshakes that have no answer yet", async () => {
    const hanging: Application = () => new Promise(() => {})
    const { server, port } = await serve(hanging, { stop: { withinMs: 100 } })
    const url = `ws://127.0.0.1:${port}/`
    const waiting = SocketClient.open(url).catch((error) => error)
    await expect.poll(() => Reflect.get(server, "running").size).toBe(1)
    await server.close()
    expect(await waiting).toBeInstanceOf(HandshakeRefused)
    expect(await waiting).toMatchObject({ status: 503 })
  })

  test("refuses a handshake that arrives later", async () => {
    const { server, port, connect } = await serve(echo)
    // It sends nothing until then. The other socket keeps the server waiting.
    const late = await RawRequest.half(port, "")
    const open = await connect()
    open.socket.pause()
    const closed = server.close()
    late.write(
      Buffer.from(
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" +
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      ),
    )
    const lines = await late.head()
    expect(lines[0]).toContain("503")
    expect(lines).toContain("Retry-After: 1")
    await closed
  })

  test("closes sockets in batches, and ends when the last one is closed", async () => {
    const withinMs = 20_000
    const stop = { code: 1012, batch: 2, withinMs }
    const { server, connect } = await serve(echo, { stop })
    const clients = [await connect(), await connect(), await connect()]
    const [first, second, third] = clients as [
      SocketClient,
      SocketClient,
      SocketClient,
    ]
    const begin = performance.now()
    const closed = server.close()
    for (const client of [first, second]) {
      expect(await client.closed()).toMatchObject({ code: 1012 })
    }
    third.send("still here")
    expect(await third.next()).toBe("still here")
    // It leaves by itself: nothing is left to wait for but the next batch.
    await third.close()
    await closed
    expect(performance.now() - begin).toBeLessThan(withinMs)
  })

  test("drops connections that take too long to close", async () => {
    const stop = { withinMs: 100 }
    const { server, connect } = await serve(echo, { stop })
    const client = await connect()
    client.socket.pause()
    await server.close()
    client.socket.resume()
    expect((await client.closed()).code).toBeGreaterThan(0)
  })

  test("calls onSecondSignal for a second signal", async () => {
    const server = await ServerProcess.run("tests/fixtures/second-signal.ts")
    const client = await SocketClient.open(server.socketUrl("/"))
    client.socket.pause() // never answers the close frame
    process.kill(server.pid, "SIGINT")
    await server.printed(/stopping/)
    process.kill(server.pid, "SIGINT")
    await server.printed(/second signal/)
    expect(await server.stop()).toBe(3)
    client.socket.terminate()
  })
})

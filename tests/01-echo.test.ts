import { once } from "node:events"
import { connect as openSocket } from "node:net"
import { networkInterfaces } from "node:os"
import { setImmediate as turn } from "node:timers/promises"
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest"
import type {
  ClientEvent,
  ServerEvent,
  WebsocketScope,
} from "../steps/01-echo/application.ts"
import { ServerProcess } from "../workbook/processes/server-process.ts"
import { ask } from "./support/ask.ts"
import { showWhatItPrinted } from "./support/failures.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import {
  connect,
  handshake,
  startServer,
  useServer,
} from "./support/servers.ts"

const { ChatConsumer } = await load<
  typeof import("../steps/01-echo/chat-consumer.ts")
>("01-echo/chat-consumer.ts")

describe("the echo", () => {
  const server = useServer("01-echo")

  test("sends every message back, in order, to its sender alone", async () => {
    const ann = await connect(server(), "/anything")
    const bob = await connect(server(), "/anything")
    for (let count = 0; count < 40; count++) ann.say(`hi ${count}`)
    bob.say("marker")
    expect(await ann.nextFrames(40)).toEqual(
      Array.from({ length: 40 }, (_, count) => ({ message: `hi ${count}` })),
    )
    expect(await bob.nextFrame()).toEqual({ message: "marker" })
  })

  test.each([
    ["not JSON", "hello"],
    ["nothing at all", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["no message", '{"text": "hi"}'],
    ["a number as message", '{"message": 1}'],
    ["a binary frame", Buffer.from('{"message": "hi"}')],
  ])("answers %s with an error, and goes on", async (_what, frame) => {
    const client = await connect(server(), "/")
    client.send(frame)
    client.say("still here")
    const [answer, next] = await client.nextFrames(2)
    const error = expect.stringContaining('{"message": "hi"}')
    expect(answer).toEqual({ error })
    expect(next).toEqual({ message: "still here" })
  })

  test("answers a message that is too long with an error", async () => {
    const client = await connect(server(), "/")
    client.say("x".repeat(10_000))
    expect((await client.nextFrame()).message).toHaveLength(10_000)
    client.say("x".repeat(10_001))
    client.say("still here")
    const [answer, next] = await client.nextFrames(2)
    expect(answer).toEqual({ error: expect.stringContaining("10,001") })
    expect(next).toEqual({ message: "still here" })
  })

  test("cuts a run of combining marks after the eighth", async () => {
    const client = await connect(server(), "/")
    const mark = "\u0301"
    client.say(`e${mark.repeat(9_000)} n${"\u0303".repeat(8)}`)
    expect(await client.nextFrame()).toEqual({
      message: `e${mark.repeat(8)} n${"\u0303".repeat(8)}`,
    })
    client.say(`e${`${mark}\u200d`.repeat(4_000)}`)
    expect(await client.nextFrame()).toEqual({
      message: `e${`${mark}\u200d`.repeat(8)}`,
    })
  })

  test("makes half a character whole", async () => {
    const client = await connect(server(), "/")
    client.send(String.raw`{"message": "a\ud800b"}`)
    // As text: half a character would look like what stands in for it.
    expect(await client.next()).toBe('{"message":"a\ufffdb"}')
  })

  test("takes frames of 65,536 bytes, and closes with 1009 for more", async () => {
    const client = await connect(server(), "/")
    const frame = JSON.stringify({ message: "hi" })
    client.send(frame.padEnd(65_536))
    expect(await client.nextFrame()).toEqual({ message: "hi" })
    client.send(frame.padEnd(65_537))
    expect(await client.closed()).toMatchObject({ code: 1009 })
  })

  test.each([
    ["/%zz", 400],
    ["/%ff", 400],
  ])("refuses a socket at %s with %i", async (path, status) => {
    expect(await handshake(server(), path)).toBe(`refused with ${status}`)
  })

  test("tells a browser that it speaks WebSocket only", async () => {
    const answer = await ask(server(), "/")
    expect(answer.status).toBe(426)
    expect(await answer.text()).toContain("npm run client")
  })

  test("ignores a request to upgrade to anything else", async () => {
    const { port } = server()
    const request = await RawRequest.upgrade(port, "/", { Upgrade: "h2c" })
    expect(await request.status()).toBe(426)
  })

  test("keeps no connection of whom it has refused", async () => {
    // Such a client takes the end for half of it, and never hangs up itself.
    const socket = openSocket({
      port: server().port,
      host: "127.0.0.1",
      allowHalfOpen: true,
    })
    onTestFinished(() => void socket.destroy())
    const isOver = once(socket, "end")
    socket.on("error", () => {}) // each write is told of it
    const write = () =>
      new Promise((resolve) => socket.write("still here?", resolve))
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket"]
    const lines = ["GET /%zz HTTP/1.1", "Host: localhost", ...upgrade]
    socket.resume().write([...lines, "", ""].join("\r\n"))
    await isOver
    while (!(await write())) await turn()
  })

  test("answers on every loopback address there is", async () => {
    const names = Object.values(networkInterfaces()).flat()
    const loopback = names.filter((address) => address?.internal)
    expect(loopback).not.toHaveLength(0)
    for (const { address, family } of loopback as {
      address: string
      family: string
    }[]) {
      const host = family === "IPv6" ? `[${address}]` : address
      const answer = await fetch(`http://${host}:${server().port}/`)
      expect(answer.status).toBe(426)
    }
  })
})

const scope: WebsocketScope = {
  type: "websocket",
  path: "/",
  queryString: "",
  headers: {},
  subprotocols: [],
}

/** A client that sends these events, and nothing after them. */
function receiving(...events: ClientEvent[]) {
  return async (): Promise<ClientEvent> => {
    const event = events.shift()
    if (event) return event
    throw new Error("It goes on waiting for events after the disconnect")
  }
}

test("a consumer's call returns when its client has left", async () => {
  const receive = receiving(
    { type: "websocket.connect" },
    { type: "websocket.disconnect", code: 1001 },
  )
  await ChatConsumer.asApplication()(scope, receive, async () => {})
})

test("a consumer asks for an event when its last answer has been sent", async () => {
  const order: string[] = []
  const receive = receiving(
    { type: "websocket.connect" },
    { type: "websocket.receive", data: '{"message": "hi"}' },
    { type: "websocket.disconnect", code: 1001 },
  )
  function askForEvent(): Promise<ClientEvent> {
    order.push("asked")
    return receive()
  }
  async function send({ type }: ServerEvent): Promise<void> {
    await turn()
    order.push(type)
  }
  await ChatConsumer.asApplication()(scope, askForEvent, send)
  const answers = ["websocket.accept", "asked", "websocket.send", "asked"]
  expect(order).toEqual(["asked", ...answers])
})

describe("stopping", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s closes sockets with 1001 and ends with 0 within 2 s",
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

  test("does not wait for a reader who never answers", async () => {
    const server = await startServer("01-echo")
    const client = await connect(server, "/")
    client.socket.pause()
    const begin = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - begin).toBeLessThan(2_000)
  })

  test.each([
    ["a taken port", (port: number) => String(port), /Port \d+ is taken/],
    ["a port that is none", () => "eighty", /PORT is "eighty"/],
  ])("%s is a sentence, not a stack", async (_what, port, sentence) => {
    const first = await startServer("01-echo")
    const second = startServer("01-echo", { PORT: port(first.port) })
    const error = await second.catch((reason: Error) => reason.message)
    expect(error).toMatch(sentence)
    expect(error).not.toMatch(/^ +at /m)
  })
})

test("TRACE=1 prints a line for whatever passes", async () => {
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

/** What becomes of a socket whose consumer does this or that. */
describe("a consumer", () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await ServerProcess.run("tests/fixtures/consumers.ts")
  })
  beforeEach(() => showWhatItPrinted(server))
  afterAll(() => server?.stop())

  /** @param code any, if there is none */
  async function disconnected(path: string, code?: number): Promise<void> {
    const call = `disconnect(${code ?? ""})`
    const told = new RegExp(`^disconnect ${path} ${code ?? ".*"}$`, "m")
    await server.printed(told, 5_000).catch(() => {
      throw new Error(`Expected the call ${call} for the socket ${path}.`)
    })
  }

  test.each([
    ["/deny", 403, "it closes instead of accepting"],
    ["/throw-in-connect", 500, "it throws"],
    ["/stop-in-connect", 504, "it stops without accepting"],
    ["/send-first", 500, "it sends before it has accepted"],
    ["/never-accept", 504, "it does not accept in time"],
  ])("%s: refused with %i, as %s", async (path, status) => {
    expect(await handshake(server, path)).toBe(`refused with ${status}`)
    await disconnected(path)
  })

  test.each([
    ["/close", 1000, "", 1000],
    ["/close-4007", 4007, "because", 4007],
    ["/close-1006", 1011, "", 1011],
    ["/long-reason", 1011, "", 1011],
  ])("%s: closed with %i %s", async (path, code, reason, told) => {
    const client = await connect(server, path)
    expect(await client.closed()).toEqual({ code, reason })
    await disconnected(path, told)
  })

  test.each([
    ["/throw-in-receive", 1011, 1011],
    ["/stop-in-receive", 1000, 1000],
    ["/send-after-close", 1000, 1011],
  ])("%s: a frame closes it with %i", async (path, code, told) => {
    const client = await connect(server, path)
    client.say("hi")
    expect(await client.closed()).toMatchObject({ code })
    await disconnected(path, told)
  })

  test("that throws is logged with its stack", async () => {
    const client = await connect(server, "/throw-in-receive")
    client.say("hi")
    await client.closed()
    await server.printed(/Error: thrown in receive\n +at .*consumers\.ts:\d+/)
  })

  test("is told the client's code, or that there was none", async () => {
    const withCode = await connect(server, "/polite")
    expect(await withCode.close(4321, "bye")).toMatchObject({ code: 4321 })
    await disconnected("/polite", 4321)
    const without = await connect(server, "/polite")
    await without.close()
    await disconnected("/polite", 1005)
    const vanished = await connect(server, "/polite")
    vanished.socket.terminate()
    await disconnected("/polite", 1006)
  })

  test("is told of a client that vanishes before it was accepted", async () => {
    const request = await RawRequest.upgrade(server.port, "/slow-accept")
    await server.printed(/^connect \/slow-accept$/m)
    request.reset()
    await disconnected("/slow-accept", 1006)
    await connect(server, "/polite")
  })

  test("may choose a subprotocol that was offered, and no other", async () => {
    const offered = { subprotocols: ["a", "b"] }
    const client = await connect(server, "/choose-b", offered)
    expect(client.protocol).toBe("b")
    const other = { subprotocols: ["a"] }
    expect(await handshake(server, "/choose-b", other)).toBe("refused with 500")
  })

  test("is one object a socket", async () => {
    const first = await connect(server, "/own-count")
    const second = await connect(server, "/own-count")
    first.say("")
    expect(await first.next()).toBe("1")
    second.say("")
    expect(await second.next()).toBe("1")
  })

  test("receives a message with all fields of its frame", async () => {
    const client = await connect(server, "/whole-frame")
    client.send('{"message": "a\\ud800b", "key": 1}')
    expect(await client.nextFrame()).toEqual({ message: "a\ufffdb", key: 1 })
  })

  test("may add fields to the error frame for its sender", async () => {
    const client = await connect(server, "/refuse-messages")
    client.say("hi")
    const frame = { error: "Not now.", retryAfter: 2 }
    expect(await client.nextFrame()).toEqual(frame)
  })

  test("handles its events one at a time", async () => {
    const client = await connect(server, "/one-at-a-time")
    for (const name of ["1", "2", "3"]) client.send(name)
    const said = []
    for (let count = 0; count < 6; count++) said.push(await client.next())
    expect(said).toEqual(
      ["1", "2", "3"].flatMap((name) => [`begin ${name}`, `end ${name}`]),
    )
  })
})

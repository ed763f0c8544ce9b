import { once } from "node:events"
import { connect as openSocket } from "node:net"
import { networkInterfaces } from "node:os"
import { setImmediate as turn } from "node:timers/promises"
import { inspect } from "node:util"
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
import type { Connection } from "../steps/01-echo/consumer/websocket-consumer.ts"
import { ServerProcess } from "../workbook/processes/server-process.ts"
import { Unmet } from "../workbook/unmet.ts"
import { ask } from "./support/ask.ts"
import { checks } from "./support/checks.ts"
import { showWhatItPrinted } from "./support/failures.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, handshake, useServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

const { ChatConsumer } = await load<
  typeof import("../steps/01-echo/chat-consumer.ts")
>("01-echo/chat-consumer.ts")
const { parseClientMessage } = await load<
  typeof import("../steps/01-echo/consumer/client-message.ts")
>("01-echo/consumer/client-message.ts")
const { SenderError } = await load<
  typeof import("../steps/01-echo/consumer/sender-error.ts")
>("01-echo/consumer/sender-error.ts")
const { StopConsumer } = await load<
  typeof import("../steps/01-echo/consumer/stop-consumer.ts")
>("01-echo/consumer/stop-consumer.ts")
const { WebsocketConsumer } = await load<
  typeof import("../steps/01-echo/consumer/websocket-consumer.ts")
>("01-echo/consumer/websocket-consumer.ts")

const scope: WebsocketScope = {
  type: "websocket",
  path: "/",
  queryString: "",
  headers: {},
  subprotocols: [],
}

const connected: ClientEvent = { type: "websocket.connect" }
const left: ClientEvent = { type: "websocket.disconnect", code: 1001 }

function frame(data: string): ClientEvent {
  return { type: "websocket.receive", data }
}

/** A connection on which nothing happens. */
const silent: Connection = {
  scope,
  receive: () => new Promise<never>(() => {}),
  receiveMany: () => new Promise<never>(() => {}),
  send: async () => {},
}

/** Waits until all work that needs no event from outside has run. */
async function idle(): Promise<void> {
  for (let count = 0; count < 10; count++) await turn()
}

checks("01-echo/dispatch", () => {
  /** Each handler takes a turn, which shows whether the caller waits for it. */
  class Watched extends WebsocketConsumer {
    readonly events: string[] = []

    override connect(): Promise<void> {
      return this.slowly("connect()")
    }

    override receive(data: string): Promise<void> {
      return this.slowly(`receive(${inspect(data)})`)
    }

    override disconnect(code: number): Promise<void> {
      return this.slowly(`disconnect(${code})`)
    }

    async handle(event: ClientEvent): Promise<readonly string[]> {
      did(`dispatch(${inspect(event)})`)
      try {
        await this.dispatch(event)
        this.events.push("dispatch returns")
      } catch (error) {
        if (!(error instanceof StopConsumer)) throw error
        this.events.push(`dispatch throws StopConsumer(${error.code})`)
      }
      return this.events
    }

    private async slowly(call: string): Promise<void> {
      this.events.push(`${call} begins`)
      await turn()
      this.events.push(`${call} ends`)
    }
  }

  test("the first event calls connect, and dispatch waits until it ends", async () => {
    expect(await new Watched(silent).handle(connected)).toEqual([
      "connect() begins",
      "connect() ends",
      "dispatch returns",
    ])
  })

  test("a frame calls receive with its data, and dispatch waits until it ends", async () => {
    expect(await new Watched(silent).handle(frame("hi"))).toEqual([
      "receive('hi') begins",
      "receive('hi') ends",
      "dispatch returns",
    ])
  })

  test("a disconnect throws a StopConsumer with the close code", async () => {
    expect(await new Watched(silent).handle(left)).toEqual([
      "dispatch throws StopConsumer(1001)",
    ])
  })

  test.each([
    ["connect", connected],
    ["receive", frame("hi")],
  ])("an error in %s is rethrown", async (_handler, event) => {
    const mistake = new Error("a mistake in the handler")
    class Failing extends Watched {
      override async connect(): Promise<void> {
        throw mistake
      }

      override async receive(): Promise<void> {
        throw mistake
      }
    }
    await expect(new Failing(silent).handle(event)).rejects.toBe(mistake)
  })
})

checks("01-echo/disconnect-always", () => {
  /** What happens when its sources of events end like this.
   * @param ends what each source throws; undefined if it goes on */
  async function run(...ends: (Error | undefined)[]): Promise<string[]> {
    const events: string[] = []
    class Ending extends WebsocketConsumer {
      protected override listening(): Promise<never>[] {
        return ends.map((error) => {
          const source = error ? Promise.reject(error) : silent.receive()
          source.catch(() => {}) // whether the consumer waits for it or not
          return source as Promise<never>
        })
      }

      override async disconnect(code: number): Promise<void> {
        events.push(`disconnect(${code}) begins`)
        await turn()
        events.push(`disconnect(${code}) ends`)
      }
    }
    const sources = ends.map((error) => {
      if (error instanceof StopConsumer) return `StopConsumer(${error.code})`
      return error ? `Error("${error.message}")` : "nothing"
    })
    did(`run(), where listening() rejects with ${sources.join(" and ")}`)
    const over = new Ending(silent).run().then(
      () => events.push("run returns"),
      (error) => {
        if (!ends.includes(error)) throw error
        const name = error instanceof StopConsumer ? "StopConsumer" : "Error"
        events.push(`run throws the ${name}`)
      },
    )
    await Promise.race([over, idle()])
    if (!events.some((event) => event.startsWith("run "))) {
      events.push("run goes on")
    }
    return events
  }

  test("after a StopConsumer, disconnect gets its code, and run returns", async () => {
    expect(await run(new StopConsumer(4321))).toEqual([
      "disconnect(4321) begins",
      "disconnect(4321) ends",
      "run returns",
    ])
  })

  test("after any other error, disconnect gets 1011, and run throws the error", async () => {
    expect(await run(new Error("a mistake"))).toEqual([
      "disconnect(1011) begins",
      "disconnect(1011) ends",
      "run throws the Error",
    ])
  })

  test("one source that ends is enough, even if another goes on", async () => {
    expect(await run(undefined, new StopConsumer(4321))).toEqual([
      "disconnect(4321) begins",
      "disconnect(4321) ends",
      "run returns",
    ])
  })

  test("the application returns after its client has left", async () => {
    did("the server sends websocket.connect and websocket.disconnect")
    const receive = receiving(connected, left)
    await ChatConsumer.asApplication()(scope, receive, async () => {})
  })
})

/** A client that sends these events, and nothing after them. */
function receiving(...events: ClientEvent[]) {
  return async (): Promise<ClientEvent> => {
    const event = events.shift()
    if (event) return event
    const received = "the application asks for another event"
    throw new Unmet("the application returns after the disconnect", received)
  }
}

checks("01-echo/parse-message", () => {
  /** What happens to a frame: it is read, or refused with a sentence. */
  function outcome(data: string | Uint8Array): unknown {
    const isText = typeof data === "string"
    const shown = isText ? inspect(data) : `Buffer.from(${inspect(`${data}`)})`
    did(`parseClientMessage(${shown.slice(0, 80)})`)
    try {
      return { read: parseClientMessage(data) }
    } catch (error) {
      if (error instanceof SenderError) return { refused: error.message }
      const expected = "a message, or a SenderError"
      throw new Unmet(expected, String(error), { cause: error })
    }
  }

  test("all fields of a frame are read", () => {
    expect(outcome('{"message": "hi", "key": 1}')).toEqual({
      read: { message: "hi", key: 1 },
    })
  })

  test("an empty string is a message", () => {
    expect(outcome('{"message": ""}')).toEqual({ read: { message: "" } })
  })

  test("a lone surrogate in a message is replaced", () => {
    expect(outcome(String.raw`{"message": "a\ud800b"}`)).toEqual({
      read: { message: "a\ufffdb" },
    })
  })

  test("a message that is too long is refused", () => {
    expect(outcome(`{"message": "${"x".repeat(10_001)}"}`)).toEqual({
      refused: expect.stringContaining("10,001"),
    })
  })

  test.each([
    ["a binary frame", Buffer.from('{"message": "hi"}')],
    ["a string that is not JSON", "hello"],
    ["an empty string", ""],
    ["null", "null"],
    ["a number", "1"],
    ["JSON that is only a string", '"message"'],
    ["an array", "[]"],
    ["an object without a message", '{"text": "hi"}'],
    ["an object whose message is a number", '{"message": 1}'],
    ["an object whose message is null", '{"message": null}'],
    ["an object whose message is a list", '{"message": ["hi"]}'],
  ])("%s is refused, and the error says what is expected", (_what, data) => {
    const expected = 'Send text that is JSON, like {"message": "hi"}.'
    expect(outcome(data)).toEqual({
      refused: expect.stringContaining(expected),
    })
  })
})

checks("01-echo/echo", () => {
  /** What the application does once a client's frame arrives. */
  async function answer(data: string): Promise<string[]> {
    const events: string[] = []
    const receive = receiving(connected, frame(data), left)
    async function askForEvent(): Promise<ClientEvent> {
      events.push("asks for the next event")
      const event = await receive()
      if (event.type === "websocket.receive") events.length = 0
      return event
    }
    async function send(event: ServerEvent): Promise<void> {
      await turn() // a slow reader
      if (event.type === "websocket.send") {
        events.push(`has sent ${event.data}`)
      }
    }
    did(`the client sends ${data}`)
    await ChatConsumer.asApplication()(scope, askForEvent, send)
    events.push("returns")
    await idle()
    return events
  }

  test("a message is sent back in a frame", async () => {
    const events = await answer('{"message": "hi"}')
    expect(events.filter((event) => event.includes("sent"))).toEqual([
      'has sent {"message":"hi"}',
    ])
  })

  test("the next event is requested only after the message has been sent", async () => {
    expect(await answer('{"message": "hi"}')).toEqual([
      'has sent {"message":"hi"}',
      "asks for the next event",
      "returns",
    ])
  })

  const server = useServer("01-echo")

  test("every message goes back in order, and only to its sender", async () => {
    const ann = await connect(server(), "/anything", { name: "Ann" })
    const bob = await connect(server(), "/anything", { name: "Bob" })
    for (let count = 0; count < 40; count++) ann.say(`hi ${count}`)
    bob.say("marker")
    expect(await ann.nextFrames(40)).toEqual(
      Array.from({ length: 40 }, (_, count) => ({ message: `hi ${count}` })),
    )
    expect(await bob.nextFrame()).toEqual({ message: "marker" })
  })
})

describe("the server", () => {
  const server = useServer("01-echo")

  test.each([
    ["not JSON", "hello"],
    ["nothing at all", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["no message", '{"text": "hi"}'],
    ["a number as message", '{"message": 1}'],
    ["a binary frame", Buffer.from('{"message": "hi"}')],
  ])(
    "answers an invalid frame with an error, and keeps its socket open: %s",
    async (_what, data) => {
      const client = await connect(server(), "/")
      client.send(data)
      client.say("still here")
      const error = expect.stringContaining('{"message": "hi"}')
      expect(await client.nextFrame()).toEqual({ error })
      expect(await client.nextFrame()).toEqual({ message: "still here" })
    },
  )

  test("answers a message that is too long with an error, and keeps its socket open", async () => {
    const client = await connect(server(), "/")
    client.say("x".repeat(10_000))
    expect((await client.nextFrame()).message).toHaveLength(10_000)
    client.say("x".repeat(10_001))
    client.say("still here")
    const error = expect.stringContaining("10,001")
    expect(await client.nextFrame()).toEqual({ error })
    expect(await client.nextFrame()).toEqual({ message: "still here" })
  })

  test("cuts a run of combining marks in a message after the eighth", async () => {
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

  test("replaces a lone surrogate in a message", async () => {
    const client = await connect(server(), "/")
    client.send(String.raw`{"message": "a\ud800b"}`)
    // As text: once parsed, a lone surrogate could look like its replacement.
    expect(await client.next()).toBe('{"message":"a\ufffdb"}')
  })

  test("accepts frames of 65,536 bytes, and closes with 1009 for more", async () => {
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

  test("answers a browser with 426, and names the client to use", async () => {
    const answer = await ask(server(), "/")
    expect(answer.status).toBe(426)
    expect(await answer.text()).toContain("npm run client")
  })

  test("ignores a request to upgrade to any other protocol", async () => {
    const { port } = server()
    const request = await RawRequest.upgrade(port, "/", { Upgrade: "h2c" })
    expect(await request.status()).toBe(426)
  })

  test("closes the connection of a refused client that never closes it", async () => {
    // When the server ends its half, this client keeps its own half open.
    const socket = openSocket({
      port: server().port,
      host: "127.0.0.1",
      allowHalfOpen: true,
    })
    onTestFinished(() => void socket.destroy())
    const isOver = once(socket, "end")
    socket.on("error", () => {}) // every failed write emits one
    const write = () =>
      new Promise((resolve) => socket.write("still here?", resolve))
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket"]
    const lines = ["GET /%zz HTTP/1.1", "Host: localhost", ...upgrade]
    socket.resume().write([...lines, "", ""].join("\r\n"))
    await isOver
    while (!(await write())) await turn()
  })

  test("answers on every loopback address of the machine", async () => {
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

describe("a consumer", () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await ServerProcess.run("tests/fixtures/consumers.ts")
  })
  beforeEach(() => showWhatItPrinted(server))
  afterAll(() => server?.stop())

  /** @param code any code if omitted */
  async function disconnected(path: string, code?: number): Promise<void> {
    const call = `disconnect(${code ?? ""})`
    const told = new RegExp(`^disconnect ${path} ${code ?? ".*"}$`, "m")
    await server.printed(told).catch((error) => {
      if (!(error instanceof Unmet)) throw error
      throw new Unmet(`the call ${call} for the socket ${path}`, "no such call")
    })
  }

  test.each([
    ["closes instead of accepting", "/deny", 403],
    ["throws in connect", "/throw-in-connect", 500],
    ["stops without accepting", "/stop-in-connect", 504],
    ["sends before it has accepted", "/send-first", 500],
    ["does not accept in time", "/never-accept", 504],
  ])(
    "that %s (%s): the handshake is refused with %i",
    async (_what, path, status) => {
      expect(await handshake(server, path)).toBe(`refused with ${status}`)
      await disconnected(path)
    },
  )

  test.each([
    ["closes", "/close", 1000, ""],
    ["closes with its own code", "/close-4007", 4007, "because"],
    ["closes with a code that is not allowed", "/close-1006", 1011, ""],
    ["closes with a reason that is too long", "/long-reason", 1011, ""],
  ])(
    "that %s (%s): the socket is closed with %i",
    async (_what, path, code, reason) => {
      const client = await connect(server, path)
      expect(await client.closed()).toEqual({ code, reason })
      await disconnected(path, code)
    },
  )

  test.each([
    ["throws in receive", "/throw-in-receive", 1011, 1011],
    ["stops in receive", "/stop-in-receive", 1000, 1000],
    ["sends after it has closed", "/send-after-close", 1000, 1011],
  ])(
    "that %s (%s): the socket is closed with %i, and disconnect gets %i",
    async (_what, path, code, told) => {
      const client = await connect(server, path)
      client.say("hi")
      expect(await client.closed()).toMatchObject({ code })
      await disconnected(path, told)
    },
  )

  test("that throws: the error is printed with its stack", async () => {
    const client = await connect(server, "/throw-in-receive")
    client.say("hi")
    await client.closed()
    await server.printed(/Error: thrown in receive\n +at .*consumers\.ts:\d+/)
  })

  test("gets the client's close code in disconnect, 1005 for none, 1006 for a lost connection", async () => {
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

  test("gets 1006 in disconnect if the client disappears before it is accepted", async () => {
    const request = await RawRequest.upgrade(server.port, "/slow-accept")
    await server.printed(/^connect \/slow-accept$/m)
    request.reset()
    await disconnected("/slow-accept", 1006)
    await connect(server, "/polite")
  })

  test("can choose only a subprotocol that the client offered", async () => {
    const offered = { subprotocols: ["a", "b"] }
    const client = await connect(server, "/choose-b", offered)
    expect(client.protocol).toBe("b")
    const other = { subprotocols: ["a"] }
    expect(await handshake(server, "/choose-b", other)).toBe("refused with 500")
  })

  test("is a new object for each socket", async () => {
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

  test("can add fields to the error frame for the sender", async () => {
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

test("a consumer asks for an event only after all its answers have been sent", async () => {
  const order: string[] = []
  const receive = receiving(connected, frame('{"message": "hi"}'), left)
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

import { once } from "node:events"
import { createServer, type IncomingMessage, request } from "node:http"
import { type AddressInfo, connect } from "node:net"
import type { Duplex } from "node:stream"
import { onTestFinished } from "vitest"

/** A proxy in front of a server, which may be away. */
export interface Proxy {
  /** What it does with a page and with a handshake: it passes them on, answers
   * with a status, or holds them and does not answer. */
  answer: "pass" | "hold" | number
  /** Where pages come from, and where sockets lead to. */
  port: number
  socketPort: number
  /** The requests that it did not pass on. */
  readonly unanswered: number
  /** Ends the sockets that are open. */
  cut(): void
  /** The sockets that are open stay so, but nothing goes this way any more. */
  swallow(way: "to the server" | "both ways"): void
  url(path: string): string
}

/** @param port of the server */
export async function startProxy(port: number): Promise<Proxy> {
  const open = new Set<Duplex>()
  const pairs = new Map<Duplex, Duplex>()
  let unanswered = 0
  const own = createServer((asked, response) => {
    if (proxy.answer === "pass") {
      const { url: path, method, headers } = asked
      const to = { port: proxy.port, path, method, headers }
      const passed = request(to, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
      passed.on("error", () => response.writeHead(502).end())
      asked.pipe(passed)
    } else {
      unanswered++
      if (proxy.answer !== "hold") response.writeHead(proxy.answer).end()
    }
  })
  own.on("upgrade", (asked: IncomingMessage, stream: Duplex) => {
    open.add(stream)
    stream.on("error", () => stream.destroy())
    stream.on("close", () => {
      open.delete(stream)
      pairs.delete(stream)
    })
    if (proxy.answer === "pass") {
      const server = connect(proxy.socketPort)
      pairs.set(stream, server)
      server.on("error", () => stream.destroy())
      server.write(headOf(asked))
      stream.pipe(server).pipe(stream)
    } else {
      unanswered++
      if (proxy.answer === "hold") return
      stream.end(`HTTP/1.1 ${proxy.answer} Away\r\nContent-Length: 0\r\n\r\n`)
    }
  })
  const proxy: Proxy = {
    answer: "pass",
    port,
    socketPort: port,
    get unanswered() {
      return unanswered
    },
    cut() {
      for (const stream of open) stream.destroy()
    },
    swallow(way) {
      for (const [stream, server] of pairs) {
        stream.unpipe(server).resume()
        if (way === "both ways") server.unpipe(stream).resume()
      }
    },
    url: (path) => `http://localhost:${address.port}${path}`,
  }
  onTestFinished(() => {
    proxy.cut()
    own.close()
    own.closeAllConnections()
  })
  await once(own.listen(0, "localhost"), "listening")
  const address = own.address() as AddressInfo
  return proxy
}

/** A request as it came. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  return `${lines.join("\r\n")}\r\n\r\n`
}

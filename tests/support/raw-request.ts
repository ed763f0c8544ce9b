import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { onTestFinished } from "vitest"

/** A request written by hand, for what a correct client never sends. */
export class RawRequest {
  private received = Buffer.alloc(0)

  private constructor(private readonly socket: Socket) {
    socket.on("data", (data) => {
      this.received = Buffer.concat([this.received, data])
    })
    socket.on("error", () => {}) // "close" follows
  }

  /** @param head the request's lines, without the empty one at the end */
  static send(port: number, head: string[]): Promise<RawRequest> {
    return RawRequest.half(port, [...head, "", ""].join("\r\n"))
  }

  /** @param text what is sent: a whole request or part of one */
  static async half(port: number, text: string): Promise<RawRequest> {
    const socket = connect(port, "127.0.0.1")
    const request = new RawRequest(socket)
    onTestFinished(() => void socket.destroy())
    await once(socket, "connect")
    socket.write(Buffer.from(text))
    return request
  }

  /** Asks for a socket: what is in `replaced` takes the place of the usual
   * lines, or leaves them out where it is empty. */
  static upgrade(
    port: number,
    path: string,
    replaced: Readonly<Record<string, string>> = {},
  ): Promise<RawRequest> {
    const lines = {
      request: `GET ${path} HTTP/1.1`,
      Host: `localhost:${port}`,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      ...replaced,
    }
    const { request, ...headers } = lines
    const head = Object.entries(headers).filter(([, value]) => value !== "")
    return RawRequest.send(port, [
      request,
      ...head.map(([name, value]) => `${name}: ${value}`),
    ])
  }

  /** @returns the answer's status line and headers */
  async head(): Promise<string[]> {
    const end = Buffer.from("\r\n\r\n")
    while (!this.received.includes(end)) await once(this.socket, "data")
    const length = this.received.indexOf(end)
    return this.received.subarray(0, length).toString().split("\r\n")
  }

  async status(): Promise<number> {
    const [line = ""] = await this.head()
    return Number(line.split(" ")[1])
  }

  /** @returns everything that arrived until the server closed the connection,
   * or until it sent nothing for a moment */
  async all(): Promise<string> {
    this.socket.setTimeout(2_000, () => this.socket.destroy())
    if (!this.socket.closed) await once(this.socket, "close")
    return this.received.toString("latin1")
  }

  /** Writes bytes after the handshake. */
  write(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Closes the connection; what was sent still arrives. */
  leave(): void {
    this.socket.destroy()
  }

  /** Ends without closing the connection properly, as after a power cut. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  /** @returns the beginning of the answer, or "" if the connection ends */
  async answer(): Promise<string> {
    const [socket, line] = [this.socket, Buffer.from("\r\n")]
    while (!this.received.includes(line) && !socket.closed) {
      await Promise.race([once(socket, "data"), once(socket, "close")])
    }
    socket.destroy()
    return this.received.toString("latin1")
  }

  /** Waits until the server closes the connection. */
  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close")
  }

  /** @returns the code of the close frame that ends the connection */
  async closeCode(): Promise<number> {
    if (!this.socket.closed) await once(this.socket, "close")
    const end = this.received.indexOf(Buffer.from("\r\n\r\n")) + 4
    const frames = this.received.subarray(end)
    const close = frames.lastIndexOf(0x88)
    return close === -1 ? 1006 : frames.readUInt16BE(close + 2)
  }
}

import { Duplex } from "node:stream"
import { WebSocket } from "ws"
import { did } from "./story.ts"

/** The types of `ws` lack how its server makes a socket. */
const ServerSocket = WebSocket as unknown as new (
  address: null,
  protocols: undefined,
  options: object,
) => WebSocket & {
  setSocket(stream: Duplex, head: Buffer, options: object): void
}

/** An open socket of `ws` on a stream, as its server makes one. */
export function openSocketOn(stream: Duplex): WebSocket {
  const socket = new ServerSocket(null, undefined, {})
  socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 65_536 })
  return socket
}

/** A stream that keeps what is written to it: for a socket, each entry would be
 * one system call. */
export class WrittenStream extends Duplex {
  /** The chunks of each write, as they were given to the stream. */
  readonly writes: Buffer[][] = []

  /** @param owner for failures: "Ann" */
  constructor(private readonly owner = "the stream") {
    super()
    this.on("error", () => {})
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.keep([chunk], done)
  }

  override _writev(
    chunks: readonly { chunk: Buffer }[],
    done: () => void,
  ): void {
    this.keep(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  private keep(chunks: Buffer[], done: () => void): void {
    const bytes = Buffer.concat(chunks).length
    did(`${this.owner} is written to: ${bytes} bytes`)
    this.writes.push(chunks)
    done()
  }
}

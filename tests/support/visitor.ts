import type { Joined } from "../../steps/09-delivery/static/position.js"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { connect } from "./servers.ts"

export type Frame = Readonly<Record<string, unknown>>

export interface Visit {
  /** The last id that the client has shown; if omitted, this is its first
   * visit. */
  readonly since?: number | string
  /** Which database that id is from. */
  readonly epoch?: string
  readonly name?: string
}

/** A client of step 9 in a room. */
export class Visitor {
  /** What came with `joined`. */
  readonly missed: readonly Frame[]
  /** The id of the last message that came. */
  position: number

  private constructor(
    readonly client: SocketClient,
    readonly joined: Joined,
    missed: readonly Frame[],
  ) {
    this.missed = missed
    this.position = joined.last
  }

  /** @throws HandshakeRefused, or Unmet if `joined` is not the first frame */
  static async enter(
    server: ServerProcess,
    room: string,
    headers: Readonly<Record<string, string>>,
    { since = "", epoch, name }: Visit = {},
  ): Promise<Visitor> {
    const query = new URLSearchParams({ since: String(since) })
    if (epoch !== undefined) query.set("epoch", epoch)
    const path = `/ws/chat/${encodeURIComponent(room)}/?${query}`
    const client = await connect(server, path, { headers, name })
    const first = await client.nextFrame()
    const { joined } = first
    if (!isJoined(joined)) {
      throw new Unmet('the first frame: {"joined": …}', JSON.stringify(first))
    }
    return new Visitor(client, joined, await client.nextFrames(joined.count))
  }

  /** Opens a socket that goes on from here. */
  return(
    server: ServerProcess,
    room: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Visitor> {
    const { epoch } = this.joined
    return Visitor.enter(server, room, headers, { since: this.position, epoch })
  }

  /** Sends a message with a key. */
  say(message: string, key: unknown): void {
    this.client.send(JSON.stringify({ message, key }))
  }

  /** The next frame that is not a heartbeat's. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = await this.client.nextFrame()
      if (typeof frame.id === "number" && "message" in frame) {
        this.position = frame.id
      }
      if (!("last" in frame)) return frame
    }
  }

  async nextOnes(count: number): Promise<Frame[]> {
    const frames = []
    while (frames.length < count) frames.push(await this.next())
    return frames
  }

  /** All frames up to the message with that text. */
  async upTo(message: string): Promise<Frame[]> {
    const frames = [await this.next()]
    while (frames.at(-1)?.message !== message) frames.push(await this.next())
    return frames
  }

  /** Ends the connection without closing the socket, as a lost network does.
   * Resolves when nothing more can come. */
  async drop(): Promise<void> {
    this.client.socket.terminate()
    await this.client.closed()
  }
}

/** The texts of the messages among frames. */
export function texts(frames: readonly Frame[]): unknown[] {
  const messages = frames.filter((frame) => "message" in frame)
  return messages.map(({ message }) => message)
}

/** The ids of the messages among frames. */
export function ids(frames: readonly Frame[]): number[] {
  const messages = frames.filter((frame) => "message" in frame)
  return messages.map(({ id }) => Number(id))
}

function isJoined(value: unknown): value is Joined {
  return (
    typeof value === "object" &&
    value !== null &&
    "epoch" in value &&
    "recovered" in value &&
    "count" in value &&
    "last" in value
  )
}

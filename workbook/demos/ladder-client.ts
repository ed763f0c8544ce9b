import { openOutbox } from "../../steps/09-delivery/static/outbox.js"
import {
  type Joined,
  openPosition,
} from "../../steps/09-delivery/static/position.js"
import {
  ReturningSocket,
  type ReturningSocketOptions,
} from "../processes/returning-socket.ts"

/** What a client has of the page of step 9. */
export interface Parts {
  /** Tells the server how far it has shown the room. */
  readonly hasPosition: boolean
  /** Keeps what it writes until that is acknowledged, and sends it again. With
   * `new keys`, the server cannot know that it is the same message. */
  readonly outbox: "none" | "new keys" | "same keys"
}

export interface Shown {
  readonly id: number
  readonly text: string
}

interface Frame {
  readonly joined?: Joined
  readonly message?: string
  readonly id?: number
  readonly key?: string
  readonly ack?: string
  readonly error?: string
  readonly retryAfter?: number
}

/** A page that comes back by itself, with as many of the parts of step 9 as it
 * is given: they are the page's own. */
export class LadderClient {
  /** In the order of its log. */
  shown: Shown[] = []
  private readonly ids = new Set<number>()
  private readonly position = openPosition()
  private readonly outbox = openOutbox({
    memory: { read: () => "", write: () => {} },
    onChange: () => {},
    onSilence: () => this.socket.reset(),
  })
  private readonly socket: ReturningSocket
  /** By the key of a try: the message's own. */
  private readonly tries = new Map<string, string>()
  private hasJoined = false

  constructor(
    { url, ...options }: ReturningSocketOptions,
    private readonly parts: Parts,
  ) {
    const query = () => (parts.hasPosition ? this.position.query() : "")
    this.socket = new ReturningSocket(
      { ...options, url: () => `${url()}${query()}` },
      {
        onOpen: () => {},
        onFrame: (text) => this.take(JSON.parse(text)),
        onLost: () => this.lose(),
      },
    )
  }

  /** Whether it is in its room, and all that it has written is stored. */
  get isSettled(): boolean {
    const { hasPosition } = this.parts
    const isIn = this.socket.isOpen && (this.hasJoined || !hasPosition)
    return isIn && this.outbox.entries.length === 0
  }

  /** Sends a message; without an outbox only if there is a connection. */
  say(text: string): void {
    if (this.parts.outbox !== "none") this.outbox.add(text)
    else this.socket.send(JSON.stringify({ message: text }))
  }

  close(): Promise<void> {
    return this.socket.close()
  }

  private take(frame: Frame): void {
    const { joined, message, id, ack, error, retryAfter } = frame
    const key = this.tries.get(ack ?? frame.key ?? "")
    if (joined) this.join(joined)
    if (message !== undefined && id !== undefined) this.show(id, message)
    if (key === undefined) return
    if (error === undefined) this.outbox.acknowledge(key)
    else this.outbox.refuse(key, error, retryAfter)
  }

  private join(joined: Joined): void {
    this.hasJoined = true
    if (!this.position.join(joined)) this.shown = []
    this.outbox.begin((data) => this.trySending(JSON.parse(data)))
  }

  private trySending(entry: { message: string; key: string }): boolean {
    const isSame = this.parts.outbox === "same keys"
    const key = isSame ? entry.key : crypto.randomUUID()
    this.tries.set(key, entry.key)
    return this.socket.send(JSON.stringify({ ...entry, key }))
  }

  private show(id: number, text: string): void {
    const isNew = this.parts.hasPosition
      ? this.position.take(id)
      : !this.ids.has(id)
    this.ids.add(id)
    if (isNew) this.shown.push({ id, text })
  }

  private lose(): void {
    this.hasJoined = false
    this.outbox.pause()
  }
}

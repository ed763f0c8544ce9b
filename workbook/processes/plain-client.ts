import {
  ReturningSocket,
  type ReturningSocketOptions,
} from "./returning-socket.ts"

/** The page of step 7 without its page: it comes back by itself, and shows a
 * message that it gets again only once. What was lost meanwhile stays lost. */
export class PlainClient {
  /** The texts of all messages that it shows, in their order. */
  readonly texts: string[] = []
  private readonly ids = new Set<number>()
  private readonly unsent: string[] = []
  private readonly socket: ReturningSocket

  constructor(options: ReturningSocketOptions) {
    this.socket = new ReturningSocket(options, {
      onOpen: () => this.sendAll(),
      onFrame: (text) => this.take(text),
      onLost: () => {},
    })
  }

  /** Whether its connection is open now. */
  get isReady(): boolean {
    return this.socket.isOpen
  }

  /** Sends a message once, now or when there is a connection. */
  say(text: string): void {
    this.unsent.push(text)
    this.sendAll()
  }

  /** Drops its connection abruptly. It comes back by itself. */
  reset(): void {
    this.socket.reset()
  }

  /** Closes for good. */
  close(): Promise<void> {
    return this.socket.close()
  }

  private sendAll(): void {
    if (!this.isReady) return
    for (const message of this.unsent.splice(0))
      this.socket.send(JSON.stringify({ message }))
  }

  private take(text: string): void {
    const frame: { message?: string; id?: number } = JSON.parse(text)
    const { message, id } = frame
    if (message === undefined) return
    if (id !== undefined && this.ids.has(id)) return
    if (id !== undefined) this.ids.add(id)
    this.texts.push(message)
  }
}

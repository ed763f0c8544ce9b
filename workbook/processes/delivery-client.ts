import { EventEmitter, once } from "node:events"
import { openOutbox } from "../../steps/09-delivery/static/outbox.js"
import {
  type Joined,
  openPosition,
} from "../../steps/09-delivery/static/position.js"
import { patienceMs } from "../patience.ts"
import { Unmet } from "../unmet.ts"
import {
  ReturningSocket,
  type ReturningSocketOptions,
} from "./returning-socket.ts"

/** A page gives up a connection on which no frame has come for so long. */
const longestSilenceMs = 50_000

/** What a client shows. */
export interface Shown {
  /** Undefined if another program has sent it. */
  readonly id: number | undefined
  readonly text: string
  readonly author: string | undefined
}

interface Frame {
  readonly joined?: Joined
  readonly last?: number
  readonly ack?: string
  readonly error?: string
  readonly retryAfter?: number
  readonly key?: string
  readonly message?: string
  readonly author?: string
  readonly id?: number
  readonly previous?: number
}

/** The page of step 9 without its page: it has the page's own position and
 * outbox, comes back by itself, and notes what the server does wrong. */
export class DeliveryClient {
  /** What the page's log would have, in its order. */
  shown: Shown[] = []
  /** What the server has sent although it must not. */
  readonly violations: string[] = []
  /** How often the log began again, because something may be missing. */
  cleared = 0
  /** Why it no longer comes back; "" while it does. */
  private ended = ""
  private readonly position = openPosition()
  private readonly outbox: ReturnType<typeof openOutbox>
  private readonly socket: ReturningSocket
  private readonly news = new EventEmitter().setMaxListeners(0)
  private readonly silence: NodeJS.Timeout
  /** On this connection: whether the server has answered `since`. */
  private hasJoined = false
  /** On this connection: how many messages still belong to the answer, and the
   * id of the last of them. */
  private due = { count: 0, last: 0 }
  /** On this connection, by key: how many answers are still to come. */
  private readonly unanswered = new Map<string, number>()
  /** The last id that the server has sent; undefined if any may come next. */
  private last: number | undefined

  /** Connects at once. Use `until` to wait for something. */
  constructor({ url, ...options }: ReturningSocketOptions) {
    this.outbox = openOutbox({
      memory: { read: () => "", write: () => {} },
      onChange: () => {},
      onSilence: () => this.reset(),
    })
    const address = () => `${url()}${this.position.query()}`
    this.socket = new ReturningSocket(
      { url: address, ...options },
      {
        onOpen: () => this.begin(),
        onFrame: (text) => this.take(text),
        onLost: (ended = "") => this.lose(ended),
      },
    )
    this.silence = setTimeout(() => this.reset(), longestSilenceMs).unref()
  }

  /** Whether the server has answered the connection that is open now. */
  get isReady(): boolean {
    return this.socket.isOpen && this.hasJoined
  }

  /** How many messages the server has not acknowledged yet. */
  get waiting(): number {
    return this.outbox.entries.filter((it) => it.state === "sending").length
  }

  /** The texts of all messages that it shows. */
  get texts(): string[] {
    return this.shown.map(({ text }) => text)
  }

  /** Sends a message, now or as soon as it can.
   * @throws Error if too many are waiting */
  say(text: string): void {
    if (!this.outbox.add(text)) throw new Error("Too many messages wait")
  }

  /** Drops its connection abruptly. It comes back by itself. */
  reset(): void {
    this.socket.reset()
  }

  /** Closes for good. */
  async close(): Promise<void> {
    clearTimeout(this.silence)
    await this.socket.close()
  }

  /** Waits until something holds, looking after each frame and each change of
   * the connection.
   * @param what for the failure: "message 12"
   * @throws Unmet if it does not hold in time */
  async until(
    what: string,
    isSo: () => boolean,
    timeoutMs = patienceMs,
  ): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs)
    while (!isSo()) {
      await once(this.news, "news", { signal }).catch(() => {
        throw new Unmet(what, `${this.state} after ${timeoutMs / 1_000} s`)
      })
    }
  }

  private get state(): string {
    const { length } = this.shown
    const last = this.shown.at(-1)?.text ?? "none"
    const connection = this.ended || (this.isReady ? "joined" : "not joined")
    return `${length} messages, the last one "${last}" (${connection})`
  }

  /** A new connection: its answers are its own. */
  private begin(): void {
    this.hasJoined = false
    this.due = { count: 0, last: 0 }
    this.unanswered.clear()
    this.silence.refresh()
    this.news.emit("news")
  }

  private lose(ended: string): void {
    this.ended = ended
    this.hasJoined = false
    this.outbox.pause()
    this.news.emit("news")
  }

  private take(text: string): void {
    this.silence.refresh()
    const frame: Frame = JSON.parse(text)
    if (frame.joined) this.join(frame.joined)
    else if (!this.hasJoined) this.blame(`before "joined" came ${text}`)
    else if (frame.ack !== undefined) this.acknowledge(frame.ack)
    else if (frame.error !== undefined) this.refuse(frame.error, frame)
    else if (frame.message !== undefined) this.show(frame.message, frame)
    else if (frame.last !== undefined) this.compare(frame.last)
    else this.blame(`unknown: ${text}`)
    this.news.emit("news")
  }

  private join(joined: Joined): void {
    if (this.hasJoined) this.blame('"joined" came twice')
    this.hasJoined = true
    const isFirst = this.last === undefined
    if (!this.position.join(joined)) {
      this.shown = []
      this.cleared++
    }
    if (isFirst || !joined.recovered) this.last = undefined
    this.due = joined
    if (joined.count === 0) this.endOfAnswer()
    this.outbox.begin((data) => this.send(data))
  }

  private send(data: string): boolean {
    const isSent = this.socket.send(data)
    const { key }: Frame = JSON.parse(data)
    if (isSent && key) this.expectAnswers(key, 1)
    return isSent
  }

  private show(text: string, { id, author, previous, key }: Frame): void {
    if (id === undefined) {
      this.shown.push({ id, text, author })
      return
    }
    if (this.last !== undefined) {
      if (id <= this.last) this.blame(`${id} came after ${this.last}`)
      else if (previous !== this.last)
        this.blame(`${id} follows ${previous}, but came after ${this.last}`)
    }
    this.last = Math.max(this.last ?? 0, id)
    if (this.position.take(id)) this.shown.push({ id, text, author })
    if (key !== undefined) this.outbox.acknowledge(key)
    if (this.due.count === 0) return
    this.due = { ...this.due, count: this.due.count - 1 }
    if (this.due.count === 0) this.endOfAnswer()
  }

  /** What `joined` has promised has come. */
  private endOfAnswer(): void {
    this.last ??= this.due.last
    if (this.last !== this.due.last)
      this.blame(`"joined" ended with ${this.last}, not ${this.due.last}`)
  }

  private acknowledge(key: string): void {
    this.expectAnswers(key, -1)
    this.outbox.acknowledge(key)
  }

  private refuse(error: string, { key, retryAfter }: Frame): void {
    if (key === undefined) return
    this.expectAnswers(key, -1)
    this.outbox.refuse(key, error, retryAfter)
  }

  /** A heartbeat: everything up to that id must have come. */
  private compare(last: number): void {
    if (last !== this.last)
      this.blame(`the newest is ${last}, but ${this.last} came last`)
  }

  private expectAnswers(key: string, more: number): void {
    const count = (this.unanswered.get(key) ?? 0) + more
    if (count < 0) this.blame(`a message was answered twice: ${key}`)
    this.unanswered.set(key, count)
  }

  private blame(what: string): void {
    this.violations.push(what)
  }
}

import type {
  Application,
  ClientEvent,
  ServerEvent,
} from "../../steps/01-echo/application.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { soon } from "./soon.ts"
import { teller } from "./story.ts"

/** A client without a network: it exchanges events with an application as the
 * server does. */
export class DirectClient {
  /** Resolves when the application returns, rejects with what it throws. */
  readonly over: Promise<void>
  private readonly did = teller()
  private readonly events: ClientEvent[] = []
  private readonly received: string[] = []
  private goOn = () => {}
  private giveEvent: ((event: ClientEvent) => void) | undefined
  private isOver = false

  /** Connects at once.
   * @param name for the failure: "Ann" */
  constructor(
    application: Application,
    private readonly name = "the client",
    path = "/ws/chat/lobby/",
  ) {
    const scope = {
      type: "websocket",
      path,
      queryString: "",
      headers: {},
      subprotocols: [],
    } as const
    this.give({ type: "websocket.connect" }, `opens ${path}`)
    const receive = () => this.nextEvent()
    const send = async (event: ServerEvent) => this.take(event)
    this.over = application(scope, receive, send)
    const end = () => {
      this.isOver = true
      this.goOn()
    }
    this.over.then(end, end)
  }

  say(message: string, key?: string): void {
    const data = JSON.stringify({ message, key })
    this.give({ type: "websocket.receive", data }, `sends ${data}`)
  }

  leave(code = 1001): void {
    this.give({ type: "websocket.disconnect", code }, "leaves")
  }

  /** Waits until the socket is accepted, which must be the first event.
   * @throws Unmet if the application waits for another event instead */
  async accepted(): Promise<void> {
    const what = `an open socket for ${this.name}`
    const first = await soon(what, this.outcome(what))
    if (first === accepted) return
    throw new Unmet(what, first ?? "connect returned, and has not accepted it")
  }

  /** @returns the next frame, or "closed with 1013"
   * @throws Unmet if nothing comes soon, or what the application throws */
  async next(): Promise<string> {
    const what = `a frame for ${this.name}`
    while (this.received.length === 0) {
      if (this.isOver) await this.fail(what)
      await soon(what, this.more())
    }
    return this.received.shift() as string
  }

  async nextOnes(count: number): Promise<string[]> {
    const found: string[] = []
    while (found.length < count) found.push(await this.next())
    return found
  }

  /** The first event, or undefined if the application waits for another. */
  private async outcome(what: string): Promise<string | undefined> {
    while (this.received.length === 0 && !this.giveEvent) {
      if (this.isOver) await this.fail(what)
      await this.more()
    }
    return this.received.shift()
  }

  private async fail(what: string): Promise<never> {
    await this.over
    throw new Unmet(what, "the application has returned")
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.goOn = resolve
    })
  }

  private give(event: ClientEvent, what: string): void {
    this.did(`${this.name} ${what}`)
    if (this.giveEvent) this.giveEvent(event)
    else this.events.push(event)
    this.giveEvent = undefined
  }

  private nextEvent(): Promise<ClientEvent> {
    const event = this.events.shift()
    if (event) return Promise.resolve(event)
    return new Promise((resolve) => {
      this.giveEvent = resolve
      this.goOn()
    })
  }

  private take(event: ServerEvent): void {
    const text = textOf(event)
    const isFrame = event.type === "websocket.send"
    this.did(`${this.name} ${isFrame ? `receives ${text}` : `is ${text}`}`)
    this.received.push(text)
    this.goOn()
  }
}

const accepted = "accepted"

function textOf(event: ServerEvent): string {
  switch (event.type) {
    case "websocket.accept":
      return accepted
    case "websocket.send":
      return String(event.data)
    case "websocket.close":
      return `closed with ${event.code ?? 1000}`
  }
}

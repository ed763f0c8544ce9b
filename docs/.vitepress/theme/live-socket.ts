import { onBeforeUnmount, type Ref, ref } from "vue"
import { inWords } from "./close-codes.ts"
import type {
  ClientSocket,
  OpenSocket,
  SocketListener,
} from "./in-page/client-socket.ts"

export type Direction = "sent" | "received" | "note"

export interface Entry {
  readonly id: number
  /** HH:MM:SS.mmm */
  readonly time: string
  readonly direction: Direction
  readonly text: string
}

/** "invalid": that is no socket's address. "unreachable": nothing answered.
 * "refused": something did, with no socket. */
export type Status =
  | "idle"
  | "connecting"
  | "open"
  | "waiting"
  | "invalid"
  | "unreachable"
  | "refused"

export interface LiveSocket {
  readonly status: Ref<Status>
  readonly entries: Ref<readonly Entry[]>
  /** Why there is no socket, as "404: No route found"; "" if not known. */
  readonly refusal: Ref<string>
  connect(address: string, open: OpenSocket): void
  disconnect(): void
  /** @returns whether it could be sent */
  send(frame: string): boolean
  note(text: string): void
}

/** Between two attempts to come back. */
const firstPauseMs = 500
const longestPauseMs = 8_000

/** More than a screen of them is for the trace in the terminal. */
const mostEntries = 200

/** A socket for a person who watches it: it notes what passes, and comes back
 * by itself when it had been open. */
export function useLiveSocket(): LiveSocket {
  const status = ref<Status>("idle")
  const refusal = ref("")
  const entries = ref<Entry[]>([])
  let socket: ClientSocket | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let attempts = 0
  let failures = 0
  let count = 0

  function add(direction: Direction, text: string): void {
    const time = new Date().toTimeString().slice(0, 8)
    const millis = String(new Date().getMilliseconds()).padStart(3, "0")
    const entry = { id: ++count, time: `${time}.${millis}`, direction, text }
    entries.value = [...entries.value, entry].slice(-mostEntries)
  }

  function note(text: string): void {
    add("note", text)
  }

  function connect(address: string, open: OpenSocket, wasOpen = false): void {
    disconnect()
    const own = ++attempts
    status.value = wasOpen ? "waiting" : "connecting"
    try {
      socket = open(address, ifStill(own, listenerFor(address, open, wasOpen)))
    } catch {
      status.value = "invalid"
      note(`"${address}" is not the address of a socket.`)
    }
  }

  function listenerFor(
    address: string,
    open: OpenSocket,
    wasOpen: boolean,
  ): SocketListener {
    return {
      opened() {
        failures = 0
        status.value = "open"
        note(`Connected to ${address}`)
      },
      received: (data) => add("received", String(data)),
      closed(code, reason) {
        note(`Closed with ${inWords(code, reason)}.`)
        comeBack(address, open)
      },
      refused(answer) {
        if (wasOpen) return comeBack(address, open)
        status.value = "refused"
        refusal.value = answer ? `${answer.status}: ${answer.sentence}` : ""
        if (answer) note(`Refused with ${refusal.value}`)
      },
      unreachable() {
        if (wasOpen) comeBack(address, open)
        else status.value = "unreachable"
      },
    }
  }

  /** Events of an earlier socket come to nothing. */
  function ifStill(own: number, listener: SocketListener): SocketListener {
    const isOwn = () => own === attempts
    return {
      opened: () => isOwn() && listener.opened(),
      received: (data) => isOwn() && listener.received(data),
      closed: (code, reason) => isOwn() && listener.closed(code, reason),
      refused: (answer) => isOwn() && listener.refused(answer),
      unreachable: () => isOwn() && listener.unreachable(),
    }
  }

  function comeBack(address: string, open: OpenSocket): void {
    const pauseMs = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs)
    status.value = "waiting"
    note(`Trying again in ${pauseMs / 1_000} s…`)
    again = setTimeout(() => connect(address, open, true), pauseMs)
  }

  function disconnect(): void {
    clearTimeout(again)
    attempts += 1
    const old = socket
    socket = undefined
    if (old?.isOpen) note("You have left.")
    old?.close()
    status.value = "idle"
  }

  function send(frame: string): boolean {
    if (!socket?.isOpen) return false
    socket.send(frame)
    add("sent", frame)
    return true
  }

  onBeforeUnmount(disconnect)
  return { status, entries, refusal, connect, disconnect, send, note }
}

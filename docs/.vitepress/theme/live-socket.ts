import { onBeforeUnmount, type Ref, ref } from "vue"
import { inWords } from "./close-codes.ts"

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
  connect(address: string): void
  disconnect(): void
  /** @returns whether it could be sent */
  send(frame: string): boolean
}

/** In ms, between two attempts to come back. */
const firstPause = 500
const longestPause = 8_000

/** More than a screen of them is for the trace in the terminal. */
const mostEntries = 200

/** A socket for somebody who watches it: it notes what passes, and comes back
 * by itself when it had been open. */
export function useLiveSocket(): LiveSocket {
  const status = ref<Status>("idle")
  const entries = ref<Entry[]>([])
  let socket: WebSocket | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let count = 0

  function note(direction: Direction, text: string): void {
    const time = new Date().toTimeString().slice(0, 8)
    const millis = String(new Date().getMilliseconds()).padStart(3, "0")
    const entry = { id: ++count, time: `${time}.${millis}`, direction, text }
    entries.value = [...entries.value, entry].slice(-mostEntries)
  }

  function connect(address: string, wasOpen = false): void {
    disconnect()
    let isOpen = false
    status.value = wasOpen ? "waiting" : "connecting"
    const own = open(address)
    socket = own
    if (!own) return
    own.onopen = () => {
      isOpen = true
      failures = 0
      status.value = "open"
      note("note", `Connected to ${address}`)
    }
    own.onmessage = ({ data }) => {
      const isText = typeof data === "string"
      note("received", isText ? data : `${data.size} bytes, binary`)
    }
    own.onclose = ({ code, reason }) => {
      if (socket !== own) return
      if (isOpen) note("note", `Closed with ${inWords(code, reason)}.`)
      if (isOpen || wasOpen) comeBack(address)
      else void explain(address)
    }
  }

  function open(address: string): WebSocket | undefined {
    try {
      // Without this, some browsers complete "localhost" with our own host.
      if (!/^\s*wss?:\/\//i.test(address)) throw new TypeError("no scheme")
      return new WebSocket(address)
    } catch {
      status.value = "invalid"
      note("note", `"${address}" is not the address of a socket.`)
      return undefined
    }
  }

  function comeBack(address: string): void {
    const pause = Math.min(firstPause * 2 ** failures++, longestPause)
    status.value = "waiting"
    note("note", `Trying again in ${pause / 1_000} s…`)
    again = setTimeout(() => connect(address, true), pause)
  }

  /** A socket that never opened cannot say why; a plain request tells at least
   * whether anybody is there. */
  async function explain(address: string): Promise<void> {
    status.value = "connecting"
    const asked = socket
    const page = address.replace(/^ws/, "http")
    const isThere = await fetch(page, { mode: "no-cors" }).then(
      () => true,
      () => false,
    )
    if (socket === asked) status.value = isThere ? "refused" : "unreachable"
  }

  function disconnect(): void {
    clearTimeout(again)
    const old = socket
    socket = undefined
    if (old?.readyState === WebSocket.OPEN) note("note", "You have left.")
    old?.close()
    status.value = "idle"
  }

  function send(frame: string): boolean {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(frame)
    note("sent", frame)
    return true
  }

  onBeforeUnmount(disconnect)
  return {
    status,
    entries,
    connect: (address) => connect(address),
    disconnect,
    send,
  }
}

import { computed, nextTick, type Ref, ref, watch } from "vue"
import { asFrame, asMessage } from "./live-frame.ts"
import { type Direction, type Status, useLiveSocket } from "./live-socket.ts"

export interface Person {
  /** Empty where there is only one. */
  readonly name: string
  /** Of the socket, to begin with: one can type another. */
  readonly address: string
  /** What starts the server that it talks to, on port 8000. */
  readonly command: string
}

/** Of the part that names the host. */
const portAtEnd = /^\s*wss?:\/\/[^/?#]*:(\d+)\s*(?:[/?#]|$)/i

const arrows: Record<Direction, string> = {
  sent: "↑",
  received: "↓",
  note: "·",
}

/**
 * Somebody at a live console: their socket, and what they type.
 * @param person read anew when it changes, but for the address
 * @param log scrolls to its end with each entry
 * @returns what `LivePerson.vue` shows
 */
export function useLivePerson(
  person: Person,
  log: Readonly<Ref<HTMLElement | null>>,
) {
  const { status, entries, connect, disconnect, send } = useLiveSocket()
  const address = ref(person.address)
  /** The address that the status speaks of. */
  const tried = ref(person.address)
  const draft = ref("hi")
  const isRaw = ref(false)
  const problem = ref("")

  const statusText = computed(() => {
    const texts: Record<Status, string> = {
      idle: "Not connected",
      connecting: "Connecting…",
      open: "Connected",
      waiting: "The connection is lost: trying again…",
      invalid: `An address begins with ws://, like ${person.address}`,
      unreachable:
        "Nothing answers there yet. In a terminal: " +
        commandFor(person.command, tried.value),
      refused:
        "A server is there, but it opens no socket at this address. " +
        "With TRACE=1, its terminal says why.",
    }
    return texts[status.value]
  })
  const isBusy = computed(() => {
    return ["connecting", "open", "waiting"].includes(status.value)
  })
  const toggleText = computed(() => {
    const texts: Record<Status, string> = {
      idle: "Connect",
      connecting: "Disconnect",
      open: "Disconnect",
      waiting: "Stop trying",
      invalid: "Connect",
      unreachable: "Try again",
      refused: "Try again",
    }
    return texts[status.value]
  })
  const heading = computed(() => person.name || "Live console")

  watch(isRaw, (raw) => {
    draft.value = raw ? asFrame(draft.value) : asMessage(draft.value)
  })
  watch(status, () => {
    problem.value = ""
  })
  watch(entries, async () => {
    await nextTick()
    if (log.value) log.value.scrollTop = log.value.scrollHeight
  })

  function toggle(): void {
    if (isBusy.value) disconnect()
    else {
      tried.value = address.value
      connect(address.value)
    }
  }

  function say(): void {
    const frame = isRaw.value
      ? draft.value
      : JSON.stringify({ message: draft.value })
    // What could not be sent stays in the field.
    if (send(frame)) draft.value = ""
    else if (isBusy.value) problem.value = "Not sent: not connected yet."
    else problem.value = "Not sent: connect first."
  }

  return {
    status,
    entries,
    address,
    draft,
    isRaw,
    problem,
    statusText,
    isBusy,
    toggleText,
    heading,
    arrows,
    toggle,
    say,
  }
}

/** The command with the port of an address, where it is not the usual one. */
function commandFor(command: string, address: string): string {
  const [, port = "80"] = portAtEnd.exec(address) ?? []
  return port === "8000" ? command : `${command} ${port}`
}

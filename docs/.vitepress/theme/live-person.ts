import { computed, nextTick, type Ref, ref, watch } from "vue"
import { type Direction, type Status, useLiveSocket } from "./live-socket.ts"

export interface Person {
  /** Empty where there is only one. */
  readonly name: string
  /** Of the socket, to begin with: one can type another. */
  readonly address: string
  /** What starts the server that it talks to. */
  readonly command: string
}

const words: Record<Direction, string> = {
  sent: "sent",
  received: "received",
  note: "note",
}
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
  const draft = ref("hi")
  const isRaw = ref(false)
  const problem = ref("")

  const statusText = computed(() => {
    const texts: Record<Status, string> = {
      idle: "Not connected",
      connecting: "Connecting…",
      open: "Connected",
      waiting: "The connection is lost: trying again…",
      unreachable: `Nothing answers there yet. In a terminal: ${person.command}`,
      refused:
        "A server is there, but it opens no socket at this address. " +
        "With TRACE=1, its terminal says why.",
    }
    return texts[status.value]
  })
  const isBusy = computed(() => {
    return ["connecting", "open", "waiting"].includes(status.value)
  })
  const connectText = computed(() => {
    const isAgain = ["unreachable", "refused"].includes(status.value)
    return isAgain ? "Try again" : "Connect"
  })
  const heading = computed(() => person.name || "Live console")

  watch(isRaw, (raw) => {
    draft.value = raw ? '{"message": "hi"}' : "hi"
  })
  watch(entries, async () => {
    await nextTick()
    if (log.value) log.value.scrollTop = log.value.scrollHeight
  })

  function toggle(): void {
    if (isBusy.value) disconnect()
    else connect(address.value)
  }

  function say(): void {
    const frame = isRaw.value
      ? draft.value
      : JSON.stringify({ message: draft.value })
    // What could not be sent stays in the field.
    problem.value = send(frame) ? "" : "Not sent: connect first."
    if (!problem.value) draft.value = ""
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
    connectText,
    heading,
    words,
    arrows,
    toggle,
    say,
  }
}

import { computed, nextTick, type Ref, ref, watch } from "vue"
import { asFrame, asMessage } from "./live-frame.ts"
import { type Answering, useLiveLink } from "./live-link.ts"
import type { Direction, Status } from "./live-socket.ts"
import { hostOf, pathOf, portOf } from "./socket-address.ts"

export interface Person extends Answering {
  /** Empty where there is only one. */
  readonly name: string
  /** What starts the server that it talks to, on port 8000. */
  readonly command: string
  /** The step's number. */
  readonly step: number
}

const arrows: Record<Direction, string> = {
  sent: "↑",
  received: "↓",
  note: "·",
}

const toggleTexts: Record<Status, string> = {
  idle: "Connect",
  connecting: "Disconnect",
  open: "Disconnect",
  waiting: "Stop trying",
  invalid: "Connect",
  unreachable: "Try again",
  refused: "Try again",
}

/**
 * A person at a live console: what they type, and what they read.
 * @param person the address counts only at first
 * @param log scrolls to its end with each entry
 * @param movedToPage called when the page answers in the server's place
 * @returns what `LivePerson.vue` shows
 */
export function useLivePerson(
  person: Readonly<Ref<Person>>,
  log: Readonly<Ref<HTMLElement | null>>,
  movedToPage: () => void,
) {
  const link = useLiveLink(person, () => {
    const nothing = `Nothing answers on ${hostOf(link.tried.value)} yet`
    link.note(`${nothing}. In a terminal: ${command.value}`)
    link.note("Until then, this page answers.")
    movedToPage()
  })
  const { status, entries, address, isPage, tried, refusal } = link
  const draft = ref("hi")
  const isRaw = ref(false)
  const problem = ref("")
  /** Whether the draft waits for the socket to open. */
  let isToBeSent = false

  const isBusy = computed(() => {
    return ["connecting", "open", "waiting"].includes(status.value)
  })
  const command = computed(() => commandFor(person.value.command, tried.value))
  const placeText = computed(() => {
    const { openInPage, canReachServer, step, address: usual } = person.value
    if (!openInPage) return ""
    if (isPage.value || !canReachServer) {
      return `This page: the finished code of step ${step}, no server needed`
    }
    const server = `Your server on ${hostOf(address.value) || hostOf(usual)}`
    return isBusy.value ? server : `${server} if it answers, else this page`
  })
  const statusText = computed(() => {
    const { address: usual } = person.value
    const texts: Record<Status, string> = {
      idle: "Not connected",
      connecting: "Connecting…",
      open: "Connected",
      waiting: "The connection is lost: trying again…",
      invalid: isPage.value
        ? `A path begins with /, like ${pathOf(usual)}`
        : `An address begins with ws://, like ${usual}`,
      unreachable: `Nothing answers there yet. In a terminal: ${command.value}`,
      refused: isPage.value
        ? `Refused with ${refusal.value}`
        : "A server is there, but it opens no socket at this address. " +
          "With TRACE=1, its terminal says why.",
    }
    return texts[status.value]
  })
  const toggleText = computed(() => toggleTexts[status.value])
  const heading = computed(() => person.value.name || "Live console")

  watch(isRaw, (raw) => {
    draft.value = raw ? asFrame(draft.value) : asMessage(draft.value)
  })
  watch(status, (now) => {
    problem.value = ""
    if (now === "open" && isToBeSent) say()
    if (now !== "connecting" && now !== "unreachable") isToBeSent = false
  })
  watch(entries, async () => {
    await nextTick()
    if (log.value) log.value.scrollTop = log.value.scrollHeight
  })

  function toggle(): void {
    if (isBusy.value) link.disconnect()
    else link.connect()
  }

  function say(): void {
    const frame = isRaw.value
      ? draft.value
      : JSON.stringify({ message: draft.value })
    // What could not be sent stays in the field.
    if (link.send(frame)) draft.value = ""
    else if (isBusy.value) problem.value = "Not sent: not connected yet."
    else {
      isToBeSent = true
      link.connect()
    }
  }

  return {
    status,
    entries,
    address,
    draft,
    isRaw,
    problem,
    isPage,
    placeText,
    statusText,
    isBusy,
    toggleText,
    heading,
    arrows,
    toggle,
    moveToServer: link.moveToServer,
    say,
  }
}

/** The command with the port of an address, where it is not the usual one. */
function commandFor(command: string, address: string): string {
  const port = portOf(address)
  return port === "8000" ? command : `${command} ${port}`
}

import { computed, nextTick, type Ref, ref, watch } from "vue"
import type { OpenSocket } from "./in-page/client-socket.ts"
import { asFrame, asMessage } from "./live-frame.ts"
import { openToServer } from "./live-server.ts"
import { type Direction, type Status, useLiveSocket } from "./live-socket.ts"
import {
  hostOf,
  onServerOf,
  pathOf,
  portOf,
  requestFor,
} from "./socket-address.ts"

export interface Person {
  /** Empty where there is only one. */
  readonly name: string
  /** Of the socket, to begin with: one can type another. */
  readonly address: string
  /** What starts the server that it talks to, on port 8000. */
  readonly command: string
  /** The step's number. */
  readonly step: number
  /** Whether the page comes from the machine that has the server. */
  readonly canReachServer: boolean
  /** Whether the page already answers the others of this console. */
  readonly isInPage: boolean
  /** Starts the step's code in this page; undefined if a page cannot. */
  readonly openInPage?: () => Promise<OpenSocket>
}

const arrows: Record<Direction, string> = {
  sent: "↑",
  received: "↓",
  note: "·",
}

/**
 * A person at a live console: their socket, and what they type. The socket is
 * to the reader's own server; if nothing answers there, to the step's code in
 * this page.
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
  const live = useLiveSocket()
  const { status, entries, refusal, connect, disconnect, send } = live
  const address = ref(person.value.address)
  /** The server's address that was tried last. */
  const tried = ref(person.value.address)
  const place = ref<"server" | "page">("server")
  const draft = ref("hi")
  const isRaw = ref(false)
  const problem = ref("")
  /** Waits for the socket to open. */
  let unsent: string | undefined

  const isPage = computed(() => place.value === "page")
  const placeText = computed(() => {
    if (!person.value.openInPage) return ""
    if (isPage.value || !person.value.canReachServer) {
      const whose = `the finished code of step ${person.value.step}`
      return `This page: ${whose}, no server needed`
    }
    const server = `Your server on ${hostOf(address.value)}`
    return isBusy.value ? server : `${server}, or else this page`
  })
  const statusText = computed(() => {
    const texts: Record<Status, string> = {
      idle: "Not connected",
      connecting: "Connecting…",
      open: "Connected",
      waiting: "The connection is lost: trying again…",
      invalid: isPage.value
        ? `A path begins with /, like ${pathOf(person.value.address)}`
        : `An address begins with ws://, like ${person.value.address}`,
      unreachable:
        "Nothing answers there yet. In a terminal: " +
        commandFor(person.value.command, tried.value),
      refused: isPage.value
        ? `Refused with ${refusal.value}`
        : "A server is there, but it opens no socket at this address. " +
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
  const heading = computed(() => person.value.name || "Live console")

  watch(isRaw, (raw) => {
    draft.value = raw ? asFrame(draft.value) : asMessage(draft.value)
  })
  watch(status, (now) => {
    problem.value = ""
    if (now === "open") sendUnsent()
    if (now === "unreachable" && person.value.openInPage) fallBack()
  })
  watch(entries, async () => {
    await nextTick()
    if (log.value) log.value.scrollTop = log.value.scrollHeight
  })
  watch(
    () => person.value.isInPage,
    (now) => {
      if (now && !isPage.value && status.value === "idle") moveToPage()
    },
    { immediate: true },
  )

  function toggle(): void {
    unsent = undefined
    if (isBusy.value) disconnect()
    else begin()
  }

  function begin(): void {
    if (isPage.value) void enterPage()
    else if (person.value.canReachServer) tryServer()
    else moveToPage()
  }

  function tryServer(): void {
    tried.value = address.value
    connect(address.value, openToServer)
  }

  async function enterPage(): Promise<void> {
    const open = await person.value.openInPage?.()
    if (!open || !isPage.value) return
    address.value = pathOf(address.value)
    connect(address.value, (path, listener) => open(requestFor(path), listener))
  }

  function fallBack(): void {
    const command = commandFor(person.value.command, tried.value)
    const nothing = `Nothing answers on ${hostOf(tried.value)} yet`
    live.note(`${nothing}. In a terminal: ${command}`)
    live.note("Until then, this page answers.")
    moveToPage()
    movedToPage()
  }

  function moveToPage(): void {
    place.value = "page"
    void enterPage()
  }

  /** Back from the page, to the server that was tried last. */
  function moveToServer(): void {
    place.value = "server"
    address.value = onServerOf(tried.value, address.value)
    tryServer()
  }

  function say(): void {
    const frame = isRaw.value
      ? draft.value
      : JSON.stringify({ message: draft.value })
    // What could not be sent stays in the field.
    if (send(frame)) draft.value = ""
    else if (isBusy.value) problem.value = "Not sent: not connected yet."
    else {
      unsent = frame
      begin()
    }
  }

  function sendUnsent(): void {
    if (unsent !== undefined && send(unsent)) draft.value = ""
    unsent = undefined
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
    moveToServer,
    say,
  }
}

/** The command with the port of an address, where it is not the usual one. */
function commandFor(command: string, address: string): string {
  const port = portOf(address)
  return port === "8000" ? command : `${command} ${port}`
}

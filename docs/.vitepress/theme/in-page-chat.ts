import {
  nextTick,
  onBeforeUnmount,
  onMounted,
  type Ref,
  reactive,
  ref,
  watch,
} from "vue"
import { inWords } from "./close-codes.ts"
import type { ClientSocket } from "./in-page/client-socket.ts"
import { loadStep } from "./in-page/steps-in-page.ts"
import { asMessage } from "./live-frame.ts"
import { whenNear } from "./when-near.ts"

const path = "/ws/chat/lobby/"

/** Sent at first, so that the chat is never empty. */
const opening = [
  { by: 0, message: "Is anyone here?" },
  { by: 1, message: "I am. And the kettle is on." },
] as const

/** Older ones are dropped. */
const mostShown = 100

export interface Message {
  readonly id: number
  readonly text: string
  readonly isOwn: boolean
}

/** A frame on its way. */
export interface Frame {
  readonly id: number
  readonly from: string
  readonly to: string
  readonly data: string
}

/** One of the two windows. */
export interface Pane {
  readonly name: string
  isOpen: boolean
  /** What the window shows of its connection. */
  state: string
  draft: string
  messages: Message[]
  /** Sent, and not come back yet: frames of step 4 have no author. */
  unseen: string[]
}

/**
 * A chat of two people on the code of step 4, which runs in this page.
 * @param root the chat: its code is loaded when the reader is near
 * @returns what `InPageChat.vue` shows
 */
export function useInPageChat(root: Readonly<Ref<HTMLElement | null>>) {
  const panes = reactive(["ada", "grace"].map(emptyPane))
  const frames = ref<Frame[]>([])
  /** Until the reader has sent something, nothing is read aloud to them. */
  const hasSent = ref(false)
  const sockets: ClientSocket[] = []
  let count = 0
  let forget = () => {}
  let isGone = false

  async function start(): Promise<void> {
    const open = await loadStep("04-groups")
    if (isGone) return
    for (const [index, pane] of panes.entries()) {
      sockets[index] = open(path, {
        opened() {
          pane.isOpen = true
          pane.state = "Connected"
        },
        received: (data) => show(pane, String(data)),
        closed(code, reason) {
          pane.isOpen = false
          pane.state = `Closed with ${inWords(code, reason)}`
        },
        refused(answer) {
          pane.state = `Refused with ${answer?.status}`
        },
        unreachable() {},
      })
    }
    await until(() => panes.every(({ isOpen }) => isOpen))
    for (const [index, { by, message }] of opening.entries()) {
      send(by, message)
      await until(() => panes.every(({ messages }) => messages.length > index))
    }
  }

  function send(index: number, message: string): void {
    const pane = panes[index] as Pane
    const data = JSON.stringify({ message })
    pane.unseen.push(message)
    note(pane.name, "server", data)
    sockets[index]?.send(data)
  }

  function show(pane: Pane, data: string): void {
    note("server", pane.name, data)
    const text = asMessage(data)
    const at = pane.unseen.indexOf(text)
    if (at !== -1) pane.unseen.splice(at, 1)
    const message = { id: ++count, text, isOwn: at !== -1 }
    pane.messages = [...pane.messages, message].slice(-mostShown)
  }

  function note(from: string, to: string, data: string): void {
    const frame = { id: ++count, from, to, data }
    frames.value = [...frames.value, frame].slice(-mostShown)
  }

  /** Sends what is typed in a window. */
  function submit(index: number): void {
    const pane = panes[index] as Pane
    if (!pane.isOpen || pane.draft.trim() === "") return
    hasSent.value = true
    send(index, pane.draft)
    pane.draft = ""
  }

  watch(frames, async () => {
    await nextTick()
    for (const log of root.value?.querySelectorAll("[role=log]") ?? []) {
      log.scrollTop = log.scrollHeight
    }
  })
  onMounted(() => {
    if (root.value) forget = whenNear(root.value, () => void start())
  })
  onBeforeUnmount(() => {
    isGone = true
    forget()
    for (const socket of sockets) socket.close()
  })

  return { panes, frames, hasSent, submit }
}

function emptyPane(name: string): Pane {
  const state = "Loading…"
  return { name, isOpen: false, state, draft: "", messages: [], unseen: [] }
}

/** Resolves when that is true of what is shown. */
function until(isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(
      isTrue,
      (now) => {
        if (!now) return
        resolve()
        queueMicrotask(() => stop())
      },
      { immediate: true },
    )
  })
}

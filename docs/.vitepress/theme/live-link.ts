import { computed, type Ref, ref, watch } from "vue"
import type { OpenSocket } from "./in-page/client-socket.ts"
import { openToServer } from "./live-server.ts"
import { useLiveSocket } from "./live-socket.ts"
import { onServerOf, pathOf, requestFor } from "./socket-address.ts"

/** Which servers can answer. */
export interface Answering {
  /** Of the reader's own server, to begin with. */
  readonly address: string
  /** Whether the page comes from the machine that has the server. */
  readonly canReachServer: boolean
  /** Whether the page already answers the others of this console. */
  readonly isInPage: boolean
  /** Starts the step's code in this page; undefined if a page cannot. */
  readonly openInPage?: () => Promise<OpenSocket>
}

/**
 * A socket to the reader's own server; if nothing answers there, to the step's
 * code in this page.
 * @param movedToPage called before the page answers in the server's place
 * @returns `address` is what the field shows: a path where the page answers;
 * `tried` is the server's address that was tried last
 */
export function useLiveLink(
  answering: Readonly<Ref<Answering>>,
  movedToPage: () => void,
) {
  const socket = useLiveSocket()
  const { status } = socket
  const address = ref(answering.value.address)
  const tried = ref(answering.value.address)
  const isPage = ref(false)
  const canRun = computed(() => answering.value.openInPage !== undefined)

  watch(status, (now) => {
    if (now !== "unreachable" || !canRun.value) return
    movedToPage()
    void moveToPage()
  })
  watch(
    () => answering.value.isInPage,
    (now) => {
      if (now && !isPage.value && status.value === "idle") void moveToPage()
    },
  )

  function connect(): void {
    const { canReachServer } = answering.value
    if (isPage.value || !canReachServer) void moveToPage()
    else tryServer()
  }

  function tryServer(): void {
    tried.value = address.value
    socket.connect(address.value, openToServer)
  }

  async function moveToPage(): Promise<void> {
    isPage.value = true
    const open = await answering.value.openInPage?.()
    if (!open || !isPage.value) return
    address.value = pathOf(address.value)
    socket.connect(address.value, (path, listener) => {
      return open(requestFor(path), listener)
    })
  }

  /** Back from the page, to the server that was tried last. */
  function moveToServer(): void {
    isPage.value = false
    address.value = onServerOf(tried.value, address.value)
    tryServer()
  }

  return { ...socket, address, tried, isPage, connect, moveToServer }
}

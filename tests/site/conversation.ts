import type {
  ClientSocket,
  OpenSocket,
} from "../../docs/.vitepress/theme/in-page/client-socket.ts"

/** A conversation that any server can have with its clients. */
export interface Script {
  /** The paths of the clients, which connect one after the other. */
  readonly paths: readonly string[]
  /** Sent one after the other: each waits for what comes back to its sender.
   * A list of numbers is a binary frame. */
  readonly frames: readonly {
    readonly by: number
    readonly frame: string | readonly number[]
  }[]
}

/**
 * Has a conversation. At its end each client that is still connected sends a
 * marker, so that nothing can be missing before it. It uses nothing but its
 * arguments, and so it also runs in a page.
 * @returns for each client what happened to it, in order
 */
export async function converse(
  open: OpenSocket,
  script: Script,
): Promise<string[][]> {
  const stories = script.paths.map((): string[] => [])
  const sockets: ClientSocket[] = []
  let goOn = () => {}

  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
  }
  function tell(index: number, what: string): void {
    stories[index]?.push(what)
    goOn()
  }
  function isOver(index: number): boolean {
    return /^(closed|refused)/.test(stories[index]?.at(-1) ?? "")
  }
  /** Waits for what comes back, if the client is still connected. */
  async function send(index: number, data: string | Uint8Array) {
    if (isOver(index)) return
    const count = stories[index]?.length
    sockets[index]?.send(data)
    await until(() => stories[index]?.length !== count)
  }

  for (const [index, path] of script.paths.entries()) {
    sockets[index] = open(path, {
      opened: () => tell(index, "open"),
      received: (data) => {
        const text = typeof data === "string" ? data : `bytes ${[...data]}`
        tell(index, `frame ${text}`)
      },
      closed: (code, reason) => tell(index, `closed ${code} ${reason}`),
      refused: (answer) => {
        tell(index, `refused ${answer?.status} ${answer?.sentence}`)
      },
      unreachable: () => tell(index, "unreachable"),
    })
    await until(() => stories[index]?.length !== 0)
  }
  for (const { by, frame } of script.frames) {
    await send(by, typeof frame === "string" ? frame : new Uint8Array(frame))
  }
  const told = []
  for (const [index, story] of stories.entries()) {
    const marker = `{"message":"marker ${index}"}`
    await send(index, marker)
    await until(() => isOver(index) || story.includes(`frame ${marker}`))
    told.push([...story])
  }
  for (const socket of sockets) socket.close()
  return told
}

import { emitKeypressEvents } from "node:readline"

/**
 * Calls the function that is bound to a key, if there is a terminal.
 * @param bindings by letter; Ctrl-C does what `q` does
 * The terminal has its keys back when the process exits.
 */
export function listenToKeys(
  bindings: Readonly<Record<string, () => void>>,
): void {
  const { stdin } = process
  if (!stdin.isTTY) return
  const onKey = (_text: string, key: { name?: string; ctrl?: boolean }) => {
    const name = key.ctrl && key.name === "c" ? "q" : (key.name ?? "")
    bindings[name]?.()
  }
  emitKeypressEvents(stdin)
  stdin.setRawMode(true).resume().on("keypress", onKey)
  process.on("exit", () => stdin.setRawMode(false))
}

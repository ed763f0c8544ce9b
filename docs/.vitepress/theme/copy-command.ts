/** How long a button shows that it has copied. */
const shownMs = 2_000

/** Lets all buttons beside commands copy them, also those of pages that are
 * opened later. */
export function listenForCopies(): void {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return
    const button = target.closest("button.copy-command")
    const command = button?.parentElement?.querySelector("code")?.textContent
    if (button && command) void copy(button, command)
  })
}

async function copy(button: Element, command: string): Promise<void> {
  await navigator.clipboard.writeText(command.trim())
  button.classList.add("copied")
  setTimeout(() => button.classList.remove("copied"), shownMs)
}

import { onContentUpdated } from "vitepress"

const key = "channels-workbook:tab"

/** Shows the tab that the reader has chosen last, in all groups that have one
 * with its title, on all pages. */
export function useChosenTab(): void {
  onContentUpdated(() => {
    const title = chosenTitle()
    if (title) showEverywhere(title)
  })
}

/** Remembers the tabs that are chosen, and lets the page's other groups follow. */
export function listenForTabs(): void {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return
    if (!target.matches(".vp-code-group .tabs input")) return
    const title = titleOf(target)
    if (!title) return
    remember(title)
    // What the reader has clicked stays where it is.
    const { top } = target.labels?.[0]?.getBoundingClientRect() ?? { top: 0 }
    showEverywhere(title)
    const { top: now } = target.labels?.[0]?.getBoundingClientRect() ?? { top }
    scrollBy({ top: now - top, behavior: "instant" })
  })
}

function showEverywhere(title: string): void {
  for (const group of document.querySelectorAll(".vp-code-group")) {
    const inputs = [...group.querySelectorAll<HTMLInputElement>(".tabs input")]
    const index = inputs.findIndex((input) => titleOf(input) === title)
    const input = inputs[index]
    if (!input) continue
    input.checked = true
    const blocks = group.querySelector(".blocks")?.children ?? []
    for (const [at, block] of [...blocks].entries()) {
      block.classList.toggle("active", at === index)
    }
  }
}

function titleOf(input: HTMLInputElement): string | undefined {
  return input.labels?.[0]?.dataset.title
}

function chosenTitle(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined // a browser that keeps nothing
  }
}

function remember(title: string): void {
  try {
    localStorage.setItem(key, title)
  } catch {
    // then it is this page's choice
  }
}

import { type Ref, ref } from "vue"

const key = "channels-workbook:done"

/** The names of the steps that the reader has ticked, on this browser only. */
export const done: Ref<readonly string[]> = ref([])

/** To be called in a browser; some forbid to store anything. */
export function readDone(): void {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]")
    if (Array.isArray(stored)) done.value = stored.map(String)
  } catch {
    // Then nothing is ticked.
  }
}

export function setDone(step: string, isDone: boolean): void {
  const others = done.value.filter((name) => name !== step)
  done.value = isDone ? [...others, step] : others
  try {
    localStorage.setItem(key, JSON.stringify(done.value))
  } catch {
    // Then the tick lasts as long as the page.
  }
}

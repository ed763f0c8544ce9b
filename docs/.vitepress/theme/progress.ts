import { type Ref, ref } from "vue"
import { passed } from "./passed.ts"

const key = "channels-workbook:done"

/** The names of the steps that the reader has ticked, on this browser only. */
export const ticked: Ref<readonly string[]> = ref([])

/** Call it only in a browser. Some browsers forbid storage. */
export function readTicked(): void {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]")
    if (Array.isArray(stored)) ticked.value = stored.map(String)
  } catch {
    // Then nothing is ticked.
  }
}

export function setTicked(step: string, isTicked: boolean): void {
  const others = ticked.value.filter((name) => name !== step)
  ticked.value = isTicked ? [...others, step] : others
  try {
    localStorage.setItem(key, JSON.stringify(ticked.value))
  } catch {
    // Then the tick lasts as long as the page.
  }
}

/** Whether the reader ticked a step, or all of its checks passed. */
export function isDone(step: string): boolean {
  if (ticked.value.includes(step)) return true
  return passed.value.some((it) => it.step === step && it.isPassed)
}

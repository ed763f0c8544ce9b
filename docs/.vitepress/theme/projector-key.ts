import { type Ref, ref, watch } from "vue"

const name = "channels-workbook:projector-key"

/** Whether the key P opens the projector view. A reader can turn it off: with
 * voice control, a letter may arrive that was never typed. */
const choice: Ref<boolean> = ref(true)

/** To be called in a browser; some forbid reading what is stored. */
export function readKeyChoice(): void {
  try {
    choice.value = localStorage.getItem(name) !== "off"
  } catch {
    // Then the key opens it.
  }
}

/** The choice; setting it stores it in the reader's browser. */
export function useKeyChoice(): Ref<boolean> {
  watch(choice, (isOn) => {
    try {
      localStorage.setItem(name, isOn ? "on" : "off")
    } catch {
      // Then the choice lasts as long as the page.
    }
  })
  return choice
}

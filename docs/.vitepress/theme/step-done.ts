import { computed } from "vue"
import { usePageStep } from "./page-step.ts"
import { setTicked, ticked } from "./progress.ts"

/** The page's step, and whether the reader ticked it. Setting `isTicked` stores
 * the tick. */
export function useStepDone() {
  const step = usePageStep()
  const isTicked = computed({
    get: () => ticked.value.includes(step.value),
    set: (value) => setTicked(step.value, value),
  })

  return { step, isTicked }
}

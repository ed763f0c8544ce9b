import { computed, onMounted } from "vue"
import { usePageStep } from "./page-step.ts"
import { done, readDone, setDone } from "./progress.ts"

/** The page's step, and whether the reader has ticked it; setting `isDone`
 * ticks it. */
export function useStepDone() {
  const step = usePageStep()
  const isDone = computed({
    get: () => done.value.includes(step.value),
    set: (value) => setDone(step.value, value),
  })

  onMounted(readDone)

  return { step, isDone }
}

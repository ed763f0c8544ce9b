import { computed } from "vue"
import { needsInWords } from "./needs.ts"
import { usePageStep } from "./page-step.ts"
import { data } from "./steps.data.ts"

/** What a lesson takes, like "Step 5 of 7 · 50 minutes · needs Redis"; "" on
 * pages that are none. */
export function useLessonFacts() {
  const name = usePageStep()
  return computed(() => {
    const step = data.find((it) => it.name === name.value)
    if (!step) return ""
    const place = `Step ${step.number} of ${data.length}`
    const facts = [place, `${step.minutes} minutes`]
    if (step.needs.length > 0) facts.push(`needs ${needsInWords(step.needs)}`)
    return facts.join(" · ")
  })
}

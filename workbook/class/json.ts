import type { LeftOut } from "./hand-ins.ts"
import type { Learner, Stuck } from "./overview.ts"
import { plainText } from "./plain-text.ts"

/** Everything that is known, for a program. */
export function jsonOf(
  learners: readonly Learner[],
  stuck: readonly Stuck[],
  leftOut: readonly LeftOut[],
): string {
  const value = {
    learners: learners.map(({ learner, file, timeMs, steps, at }) => ({
      learner: plainText(learner),
      file: plainText(file),
      time: new Date(timeMs).toISOString(),
      steps,
      at: at ?? null,
    })),
    stuck,
    leftOut: leftOut.map(({ file, reason }) => ({
      file: plainText(file),
      reason: plainText(reason),
    })),
  }
  return JSON.stringify(value, null, 2)
}

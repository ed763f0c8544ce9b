import type { LeftOut } from "./hand-ins.ts"
import type { Learner } from "./overview.ts"

export interface Newest {
  /** One of each learner, by name. */
  readonly counted: readonly Learner[]
  readonly older: readonly LeftOut[]
}

/** Of several files of one learner, the newest counts. */
export function newestOfEach(learners: readonly Learner[]): Newest {
  const counted = new Map<string, Learner>()
  const older: LeftOut[] = []
  for (const one of [...learners].sort(newestFirst)) {
    const newer = counted.get(one.learner)
    if (newer) {
      older.push({
        file: one.file,
        reason: `${newer.file} is newer, and counts.`,
      })
    } else counted.set(one.learner, one)
  }
  return { counted: [...counted.values()].sort(byName), older }
}

function newestFirst(one: Learner, other: Learner): number {
  return other.timeMs - one.timeMs
}

function byName(one: Learner, other: Learner): number {
  return one.learner.localeCompare(other.learner, "en")
}

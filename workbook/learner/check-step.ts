import { readFileSync } from "node:fs"
import { join } from "node:path"
import { missedByLater } from "../checks/later-steps.ts"
import type { Task } from "../course/course.ts"
import { promisesOf } from "../course/lesson.ts"
import { lessonOf, root } from "../folders.ts"
import { listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"
import { earlierChecks } from "./earlier-checks.ts"
import { looksRight } from "./first-look.ts"
import { ownChecks } from "./own-checks.ts"
import { sayBad, timeOfDay } from "./say.ts"
import type { WorkFolder } from "./work-folder.ts"

export interface CheckStepOptions {
  /** Also runs the checks that have already passed on the current code. */
  readonly all: boolean
  /** Ends the check without a result. */
  readonly signal?: AbortSignal
}

/**
 * Checks the learner's step in stages: its types and its promises, its own
 * checks, what later steps need of it, the checks of the steps before. The
 * first stage that finds something is the last.
 * @returns whether all is well
 */
export async function checkStep(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  { all, signal }: CheckStepOptions,
): Promise<boolean> {
  const time = styled("dim", timeOfDay())
  console.log(`${time} Checking step ${step.number}, ${step.title} …`)
  await work.ensureTodo()
  if (!(await looksRight(work, step, tasks, signal))) return false
  if (signal?.aborted) return false
  if (!(await ownChecks(work, step, tasks, { all, signal }))) return false
  const missing = await missedByLater(root, work.path, step)
  if (missing) {
    sayBad(missing)
    return false
  }
  if (!(await earlierChecks(work, step, tasks, signal))) return false
  congratulate(step)
  return true
}

/** Prints what the learner has shown, and what they can do with it. */
function congratulate({ number, name, title, try: toTry }: Step): void {
  console.log(
    styled("green", `Step ${number}, ${title}, is done. You have shown:`),
  )
  const lesson = readFileSync(join(root, lessonOf(name)), "utf8")
  for (const promise of promisesOf(lesson)) {
    console.log(`  ${styled("green", "✓")} ${promise}`)
  }
  console.log(`Try it: ${toTry}`)
  const next = listSteps().find((step) => step.number === number + 1)
  if (!next) {
    console.log("That was the last step. How fast your chat is: npm run bench")
    return
  }
  console.log(`Next, ${next.title}: ${next.goal}`)
  console.log(`  Read docs/steps/${next.name}.md, or its page in npm run docs`)
  console.log(`  npm run learn ${next.number}`)
}

import { describe } from "vitest"

/**
 * Checks of a task: they pass as soon as it and the tasks before it in the page
 * are done, and a failure is reported as that task's. One block per task, in
 * the page's order; what is outside of all blocks checks what a learner is
 * given.
 * @param task "04-groups/join"
 */
export function checks(task: string, body: () => void): void {
  describe(task, body)
}

import { listSteps } from "../../workbook/steps.ts"

/** The step that adds something, and the newest one: what the first promises,
 * all later ones promise as well, and the newest is built on the others. */
function firstAndNewest(first: number): readonly string[] {
  const names = listSteps().map(({ name }) => name)
  const newest = names.length
  return [...new Set([first, newest])].map((number) => names[number - 1] ?? "")
}

/** They store messages. Their limits are off in such a check. */
export const storingSteps = firstAndNewest(7)

/** They have the limits and gates of step 8. What they have in common with it,
 * and is slow, is checked with step 8 only. */
export const guardedSteps = firstAndNewest(8)

/** They deliver as step 9 does. */
export const deliveringSteps = firstAndNewest(9)

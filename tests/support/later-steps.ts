import { listSteps } from "../../workbook/steps.ts"

/** Whether the servers of a check use the layer of step 11. Step 5's is the
 * default in all steps. */
export const isCore = process.env.CHANNEL_LAYER === "core"

/** The step that adds something, and the newest one: what the first promises,
 * all later ones promise as well, and the newest is built on the others. With
 * `CHANNEL_LAYER=core`, only the newest: no step before 11 has that layer. */
function firstAndNewest(first: number): readonly string[] {
  const names = listSteps().map(({ name }) => name)
  const newest = names.length
  if (isCore) return names.slice(-1)
  return [...new Set([first, newest])].map((number) => names[number - 1] ?? "")
}

/** They store messages. Their limits are off in such a check. */
export const storingSteps = firstAndNewest(7)

/** They have the limits and gates of step 8. What they have in common with it,
 * and is slow, is checked with step 8 only. */
export const guardedSteps = firstAndNewest(8)

/** They deliver as step 9 does. */
export const deliveringSteps = firstAndNewest(9)

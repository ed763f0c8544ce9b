import { listSteps } from "../../workbook/steps.ts"

/** Step 8 and all later ones: they keep the limits and gates of step 8. What
 * they have in common with it, and is slow, is checked with step 8 only. */
export const guardedSteps = listSteps()
  .filter(({ number }) => number >= 8)
  .map(({ name }) => name)

import { patienceMs } from "../../workbook/patience.ts"
import { Unmet } from "../../workbook/unmet.ts"

/** An event within this process, or between it and a Redis, takes a thousandth
 * of that. */
const soonMs = patienceMs / 3

/** Waits for something that should happen soon.
 * @param what for the failure: "an event for Ann's channel"
 * @throws Unmet if it does not happen in time */
export async function soon<Result>(
  what: string,
  coming: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const received = `nothing within ${(soonMs / 1_000).toFixed(1)} s`
    timer = setTimeout(() => reject(new Unmet(what, received)), soonMs)
  })
  try {
    return await Promise.race([coming, late])
  } finally {
    clearTimeout(timer)
  }
}

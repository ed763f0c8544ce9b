import { data } from "./steps.data.ts"

/**
 * How long the lessons take.
 * @param steps "3" or "1-4"; all of them without it
 */
export function minutesOf(steps = `1-${data.length}`): number {
  const [first, last = first] = steps.split("-").map(Number)
  const chosen = data.filter(({ number }) => {
    return number >= Number(first) && number <= Number(last)
  })
  return chosen.reduce((total, { minutes }) => total + minutes, 0)
}

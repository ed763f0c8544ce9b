import { rows } from "../rows.ts"
import type { Profile } from "./profile.ts"

export const profilesHeading = "Where the CPU time of a delivery goes"

/** The picture in words. */
export function describeProfiles(...profiles: readonly Profile[]): string {
  const sentences = profiles.map((profile) => {
    const times = profile.parts
      .filter(({ time }) => time >= 0.02 * profile.cost)
      .map(({ part, time }) => `${part} ${time.toFixed(2)}`)
    return `${costOf(profile)}: ${times.join("; ")}.`
  })
  return sentences.join(" ")
}

/** How to read it, and when it was measured. */
export function about({ date, node }: Profile): string {
  const options = { dateStyle: "long", timeZone: "UTC" } as const
  const day = new Date(date).toLocaleDateString("en", options)
  return (
    `Below each part: its functions, without what they call. Measured on ${day} ` +
    `with Node ${node}.`
  )
}

/** What was measured. */
export function titleOf(profile: Profile): string {
  const row = rows.find(({ name }) => name === profile.row)
  return row?.title ?? profile.row
}

/** The step, and what a delivery costs in it. */
export function costOf({ title, cost }: Profile): string {
  return `${title}: ${cost.toFixed(1)} µs for a delivery`
}

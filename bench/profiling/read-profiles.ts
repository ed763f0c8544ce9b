import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../../workbook/folders.ts"
import type { Profile } from "./profile.ts"

/** The steps whose profiles are kept: before batching, and with it. */
export const profiledSteps = ["09-delivery", "10-batching"] as const

/** Where `npm run bench -- --profile` writes. */
export function profileFile(step: string): string {
  return join(root, "bench/profiles", `${step}.json`)
}

/** @returns the profiles that were saved last */
export function readProfiles(): [Profile, Profile] {
  const [before, after] = profiledSteps
  return [read(before), read(after)]
}

function read(step: string): Profile {
  return JSON.parse(readFileSync(profileFile(step), "utf8"))
}

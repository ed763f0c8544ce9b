import {
  describeProfiles,
  profilesHeading,
} from "../../../bench/profiling/describe.ts"
import { readProfiles } from "../../../bench/profiling/read-profiles.ts"

interface ProfileText {
  /** The picture in words. */
  readonly alt: string
}

export declare const data: ProfileText

// VitePress asks for a default export.
export default {
  watch: ["../../../bench/profiles/*.json"],
  load(): ProfileText {
    const description = describeProfiles(...readProfiles())
    return { alt: `${profilesHeading}. ${description}` }
  },
}

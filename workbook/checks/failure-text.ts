import { isAbsolute, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "../folders.ts"
import { explanationOf } from "./explanations.ts"
import type { FailedCheck } from "./run-checks.ts"

/** In lines: what a check did before that is left out. */
const longest = 8

/**
 * A failed check as a learner reads it: what the check did, what it expected,
 * what it received, and where to look.
 * @param stepsFolder the one that was under test
 * @param task where to look if nothing that was thrown has been there
 */
export function failureText(
  { title, failure }: Pick<FailedCheck, "title" | "failure">,
  stepsFolder: string,
  task?: string,
): string {
  const { did, expected, received, stack, printed } = failure
  const [said = ""] = printed.split("\n")
  const frames = [...printed.split("\n"), ...stack.split("\n")]
  const place = placeIn(stepsFolder, frames) ?? task
  const meaning = explanationOf([received, said, ...did.slice(-1)].join("\n"))
  const parts: (readonly [string, readonly string[]])[] = [
    ["did", did.slice(-longest)],
    ["expected", [expected]],
    ["received", received.split("\n").slice(0, 3)],
    [
      "look at",
      [
        ...(place ? [place] : []),
        ...(said ? [`The server printed: ${said}`] : []),
        ...(meaning ? [meaning] : []),
      ],
    ],
  ]
  return [`  ${title}`, ...parts.flatMap(labelled)].join("\n")
}

function labelled([label, lines]: readonly [string, readonly string[]]) {
  return lines.map(
    (line, index) => `    ${(index === 0 ? label : "").padEnd(9)} ${line}`,
  )
}

/** The frame of a stack where the newest of the learner's own steps is, the
 * first of them, as terminals and editors can open it. */
function placeIn(
  stepsFolder: string,
  lines: readonly string[],
): string | undefined {
  const paths = lines
    .flatMap((line) => placeOf(line) ?? [])
    .map((place) => relative(stepsFolder, place))
    .filter((path) => !path.startsWith("..") && !isAbsolute(path))
    .filter((path) => !path.startsWith("todo.ts"))
  const newest = paths
    .map((path) => path.slice(0, 2))
    .sort()
    .at(-1)
  const own = paths.find((path) => newest && path.startsWith(newest))
  return own && join(relative(root, stepsFolder), own)
}

/** The path and line of a frame like "at run (/a b/c.ts:1:2)"; the name and its
 * brackets may be missing, and the path may have blanks and brackets. */
function placeOf(line: string): string | undefined {
  const [, place, number] =
    /^ +at .*? \((.+):(\d+):\d+\)$/.exec(line) ??
    /^ +at (?:async )?(.+):(\d+):\d+$/.exec(line) ??
    []
  if (place === undefined) return undefined
  if (!place.startsWith("file:")) return `${place}:${number}`
  try {
    return `${fileURLToPath(place)}:${number}`
  } catch {
    return undefined // an address that is no path here
  }
}

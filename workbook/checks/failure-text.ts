import { isAbsolute, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "../folders.ts"
import { explanationOf } from "./explanations.ts"
import type { FailedCheck } from "./run-checks.ts"

/**
 * A failed check as a learner reads it: what the check did, what it expected,
 * what it received, and where to look.
 * @param stepsFolder the one that was under test
 * @param task where to look if the stack contains none of the learner's files
 */
export function failureText(
  { title, failure }: Pick<FailedCheck, "title" | "failure">,
  stepsFolder: string,
  task?: string,
): string {
  const { did, expected, received, stack, printed } = failure
  const [said = ""] = printed.split("\n")
  const frames = [...printed.split("\n"), ...stack.split("\n")]
  const place = placeIn(stepsFolder, frames, task) ?? task
  const meaning = explanationOf([received, said, ...did.slice(-1)].join("\n"))
  const parts: (readonly [string, readonly string[]])[] = [
    ["did", did],
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

/** The first frame of a stack in the file of a task, or else in the newest of
 * the learner's own steps, in a form that terminals and editors can open. */
function placeIn(
  stepsFolder: string,
  lines: readonly string[],
  task = "",
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
  const here = relative(root, stepsFolder)
  const isTask = (path: string) => fileIn(join(here, path)) === fileIn(task)
  const own =
    paths.find(isTask) ??
    paths.find((path) => newest && path.startsWith(newest))
  return own && join(here, own)
}

function fileIn(place: string): string {
  return place.replace(/:\d+$/, "")
}

/** The path and line of a frame like "at run (/a b/c.ts:1:2)"; the name and its
 * brackets may be missing, and the path may have spaces and brackets. */
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
    return undefined // an address that is not a path on this system
  }
}

import { isAbsolute, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "../folders.ts"
import type { Step } from "../steps.ts"
import type { Failure } from "./checks.ts"

/** Parts the server's words from the check's own stack. */
export const checkFailedAt = "The check failed at:"

/** In lines: more than a screen teaches nobody. */
const longest = 12

/** In characters: no wall of text either. */
const widest = 240

/**
 * A failed check as a learner reads it: what was expected, what was said, the
 * server's last error, and the place in the learner's own code.
 * @param stepsFolder the one that was under test
 * @param hints for a failure that does not name a command itself
 */
export function failureText(
  { check, message }: Failure,
  stepsFolder: string,
  hints: readonly string[] = [],
): string {
  const lines = [...new Set(message.split("\n"))].filter(
    (line) => line.trim() !== "",
  )
  const said = lines.filter(isSaid)
  const other = lines.filter((line) => !isSaid(line) && !isField(line))
  const { told, server } = divide(other)
  const place = placeIn(stepsFolder, [...server, ...told])
  const text = [
    ...told.filter((line) => !isFrame(line)).map(plain),
    ...said,
    ...lastError(server).map((line) => `The server said: ${plain(line)}`),
  ]
  return [
    `✗ ${check}`,
    ...text.slice(0, longest).map((line) => `  ${shortened(line)}`),
    ...(place ? [`  in ${place}`] : []),
    ...(message.includes("npm run hint") ? [] : hints),
  ].join("\n")
}

/** The commands that help with a step's tasks, as a failure ends with. */
export function hintLines(
  { number }: Step,
  tasks: readonly string[],
): readonly string[] {
  return tasks.map((task) => `  A hint: npm run hint ${number} ${task}`)
}

function shortened(line: string): string {
  return line.length > widest ? `${line.slice(0, widest)}…` : line
}

/** What clients tell of what they sent and received. */
function isSaid(line: string): boolean {
  return /^ {2}(address|sent|received|closed|asked|answered) /.test(line)
}

function isFrame(line: string): boolean {
  return /^ +at /.test(line)
}

/** What the check tells, and the server's own words. */
function divide(lines: readonly string[]): {
  readonly told: readonly string[]
  readonly server: readonly string[]
} {
  const told: string[] = []
  const server: string[] = []
  let current = told
  for (const line of lines) {
    const [, before] = /^(.*?)(?:It|The server) printed:$/.exec(line) ?? []
    if (line === checkFailedAt) current = told
    else if (before === undefined) current.push(line)
    else current = server
    if (before) told.push(before.trim())
  }
  return { told, server }
}

/** The error above the first stack, if there is one, else the last lines. */
function lastError(lines: readonly string[]): readonly string[] {
  const stack = lines.findIndex(isFrame)
  return stack < 0 ? lines.slice(-4) : lines.slice(stack - 1, stack)
}

/** How Node prints the fields of an error. */
function isField(line: string): boolean {
  return /^[{}]|^ +(code|errno|syscall): /.test(line)
}

function plain(line: string): string {
  return line
    .replace(/^\s*\[?(Assertion|Type|Range)?Error: /, "")
    .replace(/ \/\/ Object\.is equality$|\] \{$/, "")
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

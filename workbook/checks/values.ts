import { inspect } from "node:util"

/** In characters. */
const widest = 160

/** Two values, each on one line. Of long values, it shows the part where they
 * begin to differ. */
export function bothInALine(
  one: unknown,
  other: unknown,
): readonly [string, string] {
  const [first, second] = [inALine(one), inALine(other)]
  const start = firstDifference(first, second)
  return [around(first, start), around(second, start)]
}

/** A value as TypeScript writes it, in one line, however long. */
export function inALine(value: unknown): string {
  return inspect(plain(value), {
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    depth: 8,
    maxArrayLength: 40,
    sorted: false,
  })
}

/** The part of a line that begins shortly before a place. */
export function around(line: string, place = 0): string {
  if (line.length <= widest) return line
  const begin = Math.max(0, Math.min(place - 40, line.length - widest))
  const part = line.slice(begin, begin + widest)
  const isEnd = begin + widest >= line.length
  return `${begin > 0 ? "…" : ""}${part}${isEnd ? "" : "…"}`
}

function firstDifference(one: string, other: string): number {
  let index = 0
  while (index < one.length && one[index] === other[index]) index++
  return index
}

/** A matcher of many values, like `expect.any(Number)`, in words; an object
 * without a class is like any other. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value
  if ("asymmetricMatch" in value) return new Words(matcherName(value))
  if (value instanceof Error) return new Words(errorName(value))
  if (Array.isArray(value)) return value.map(plain)
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const entries = Object.entries(value).map(([key, it]) => [key, plain(it)])
  return Object.fromEntries(entries)
}

/** A name that is printed as it is. */
class Words {
  constructor(private readonly words: string) {}

  [inspect.custom](): string {
    return this.words
  }
}

function matcherName(matcher: object): string {
  const sample = "sample" in matcher ? matcher.sample : undefined
  if (typeof sample === "function") return `any ${sample.name}`
  return sample === undefined
    ? String(matcher)
    : `${matcher} ${inALine(sample)}`
}

function errorName(error: Error & { status?: unknown }): string {
  const status =
    error.status === undefined ? "" : ` with status ${error.status}`
  return `${error.name}${status}: ${error.message}`
}

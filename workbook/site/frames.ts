import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A JSON Schema, as far as the pages read it. */
interface Definition {
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly anyOf?: readonly { readonly $ref: string }[]
  readonly "x-from-step"?: number
}

export interface FrameSchema {
  readonly $defs: Readonly<Record<string, Definition>>
}

/** A frame that goes over a socket. */
export interface FrameRow {
  /** The steps that have it: "1 to 3", "from 7". */
  readonly steps: string
  readonly example: string
  readonly what: string
}

/** Which side sends a frame. */
export type Side = "client" | "server"

const file = "docs/public/frames.schema.json"

/** The frames of all steps, in a machine's words.
 * @param root of the workbook */
export function readFrameSchema(root: string): FrameSchema {
  return JSON.parse(readFileSync(join(root, file), "utf8"))
}

/** @returns the names of the definitions for all that a side sends in a step:
 * several if it depends on the client */
export function definitionsFor(
  { $defs }: FrameSchema,
  side: Side,
  step: number,
): string[] {
  const all = Object.entries($defs).flatMap(([name, definition]) => {
    const from = definition["x-from-step"]
    const isOfSide = name.startsWith(`from-${side}-`)
    return isOfSide && from !== undefined && from <= step
      ? [{ name, from }]
      : []
  })
  const newest = Math.max(...all.map(({ from }) => from))
  return all.filter(({ from }) => from === newest).map(({ name }) => name)
}

/** @param last the number of the last step
 * @returns the rows of a side's table, in the order of the schema */
export function frameRows(
  schema: FrameSchema,
  side: Side,
  last: number,
): FrameRow[] {
  const stepsOf = new Map<string, number[]>()
  for (let step = 1; step <= last; step++) {
    for (const name of framesIn(schema, side, step)) {
      stepsOf.set(name, [...(stepsOf.get(name) ?? []), step])
    }
  }
  return Object.entries(schema.$defs).flatMap(([name, definition]) => {
    const steps = stepsOf.get(name)
    if (!steps) return []
    const { examples = [], description = "" } = definition
    const example = JSON.stringify(examples[0])
    return [{ steps: range(steps, last), example, what: description }]
  })
}

function framesIn(
  schema: FrameSchema,
  side: Side,
  step: number,
): ReadonlySet<string> {
  const names = definitionsFor(schema, side, step).flatMap((name) => {
    const { anyOf = [] } = schema.$defs[name] ?? {}
    return anyOf.map(({ $ref }) => $ref.replace("#/$defs/", ""))
  })
  return new Set(names)
}

function range(steps: readonly number[], last: number): string {
  const [first = 0, end = 0] = [steps[0], steps.at(-1)]
  if (end === last) return `from ${first}`
  if (end === first) return String(first)
  return end === first + 1 ? `${first}, ${end}` : `${first} to ${end}`
}

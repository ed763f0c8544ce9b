import {
  brokenFrames,
  type Frame,
  frames,
  type Handshake,
  handshakes,
} from "../../../tests/support/golden.ts"
import { root } from "../../../workbook/folders.ts"
import { readDifferences } from "../../../workbook/site/differences.ts"

interface Row {
  readonly what: string
  readonly theirs: string
  readonly ours: string
  readonly why: string
}

interface CheckedRow extends Row {
  readonly checks: Readonly<Record<string, string>>
}

/** A request or frame, and what both answer; no `theirs` if they agree. */
interface Answered extends Omit<Row, "theirs"> {
  readonly theirs: string | undefined
}

interface Differences {
  /** Of answers to requests for a socket, and to frames: one check compares
   * them. */
  readonly requests: readonly Row[]
  readonly frames: readonly Row[]
  readonly topics: readonly {
    readonly topic: string
    readonly rows: readonly CheckedRow[]
  }[]
}

export declare const data: Differences

// VitePress asks for a default export.
export default {
  watch: [
    "../../reference/differences.yaml",
    "../../../tests/support/golden.ts",
  ],
  load(): Differences {
    const toFrames = [...frames.map(framed), ...brokenFrames.map(broken)]
    return {
      requests: together(handshakes.map(requested)),
      frames: together(toFrames),
      topics: readDifferences(root),
    }
  },
}

function requested(row: Handshake): Answered {
  const { what, django, why = "", status, withSession = status } = row
  const ours = withSession === 101 ? "accepted" : `refused with ${withSession}`
  return { what, theirs: django, ours, why }
}

function framed({ what, django, why = "", answer }: Frame): Answered {
  return { what, theirs: django, ours: describe(answer), why }
}

function broken({ what, django, code }: (typeof brokenFrames)[number]) {
  const why = "RFC 6455 has a code for it"
  return { what, theirs: django, ours: `closed with ${code}`, why }
}

function describe(answer: Frame["answer"]): string {
  if ("error" in answer) return "an error frame"
  if ("code" in answer) return `closed with ${answer.code}`
  return "the message"
}

/** @returns one row for all that differ in the same way, for the same reason */
function together(answers: readonly Answered[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { theirs, ...answer } of answers) {
    if (theirs === undefined) continue
    const key = JSON.stringify([theirs, answer.ours, answer.why])
    const known = rows.get(key)
    const what = known ? `${known.what}; ${answer.what}` : answer.what
    rows.set(key, { ...answer, theirs, what })
  }
  return [...rows.values()]
}

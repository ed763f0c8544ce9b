import { styled } from "../style.ts"
import { figuresOf, type LadderFigures } from "./ladder-figures.ts"
import { type LadderRun, runLadder } from "./ladder-run.ts"

export interface LadderOptions {
  readonly env: NodeJS.ProcessEnv
  readonly say: (line: string) => void
  /** How long the clients write on each rung. */
  readonly writeMs?: number
}

interface Rung extends Pick<LadderRun, "step" | "parts"> {
  readonly title: string
  /** What it has that the rung below lacks. */
  readonly added: string
}

const rungs: readonly Rung[] = [
  {
    title: "At most once",
    added: "step 8; clients only reconnect",
    step: "08-guard",
    parts: { hasPosition: false, outbox: "none" },
  },
  {
    title: "Nothing lost to readers",
    added: "step 9; they ask for what they missed",
    step: "09-delivery",
    parts: { hasPosition: true, outbox: "none" },
  },
  {
    title: "Nothing lost from writers",
    added: "they send again what has no answer",
    step: "09-delivery",
    parts: { hasPosition: true, outbox: "new keys" },
  },
  {
    title: "Nothing twice",
    added: "they send it with the same key",
    step: "09-delivery",
    parts: { hasPosition: true, outbox: "same keys" },
  },
]

const introduction = `Ten clients write to one room, through two servers. About once a second, one
connection stops carrying anything, and breaks a moment later. Halfway through,
one server is killed with kill -9 and started again. This happens four times,
each time with one more part of the client. It takes about a minute.
`

/** What each promise of step 9 changes, measured one after the other. */
export async function climb({
  env,
  say,
  writeMs = 8_000,
}: LadderOptions): Promise<void> {
  say(introduction)
  const all: LadderFigures[] = []
  for (const [index, { title, added, ...rung }] of rungs.entries()) {
    const line = `${index + 1} of ${rungs.length}  ${title}: ${added} …`
    const onWriting = () => say(line)
    const log = await runLadder({ ...rung, env, writeMs, onWriting })
    all.push(figuresOf(log))
  }
  say("")
  for (const line of table(all)) say(line)
  say("")
  say(oneOrder(all))
}

const columns: readonly [string, string, (it: LadderFigures) => number][] = [
  ["shown once", "by all", ({ once }) => once],
  ["lost to", "readers", ({ lostToReaders }) => lostToReaders],
  ["lost from", "writers", ({ lostFromWriters }) => lostFromWriters],
  ["shown", "twice", ({ twice }) => twice],
  ["out of", "order", ({ outOfOrder }) => outOfOrder],
]

function table(all: readonly LadderFigures[]): string[] {
  const heads = [0, 1].map((row) => columns.map((column) => column[row]))
  const lines = all.map((it) => columns.map(([, , cell]) => percent(cell(it))))
  const names = rungs.map(({ title }, index) => `${index + 1} ${title}`)
  return [...heads, ...lines].map((cells, index) => {
    const name = names[index - heads.length] ?? ""
    const figures = cells.map((cell) => String(cell).padStart(10)).join("")
    const line = `${name.padEnd(27)}${figures}`
    return index < heads.length ? styled("dim", line) : line
  })
}

function oneOrder(all: readonly LadderFigures[]): string {
  const { outOfOrder = 1, written = 0 } = all.at(-1) ?? {}
  return outOfOrder === 0
    ? `5 One order: in the last row, all ten clients show the same ${written} ` +
        "messages in\nthe same order, whichever server they were connected to."
    : `5 One order: broken, ${percent(outOfOrder)} came late.`
}

/** Never rounded up to 100, or down to 0. */
function percent(share: number): string {
  const tenths = share * 1_000
  const rounded = share > 0.5 ? Math.floor(tenths) : Math.ceil(tenths)
  return `${(rounded / 10).toFixed(1)} %`
}

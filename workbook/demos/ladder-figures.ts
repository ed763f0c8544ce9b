import type { Log } from "./ladder-run.ts"

/** Of all messages that were written, these shares. */
export interface LadderFigures {
  readonly written: number
  /** Shown by all clients, by each once. */
  readonly once: number
  /** Shown by no client. */
  readonly lostFromWriters: number
  /** Shown by some clients, but not by all. */
  readonly lostToReaders: number
  /** Shown twice by any client. */
  readonly twice: number
  /** Shown by any client after a message with a higher id. */
  readonly outOfOrder: number
}

export function figuresOf({ written, clients }: Log): LadderFigures {
  const counts = clients.map((shown) => {
    const countOf = new Map<string, number>()
    for (const { text } of shown) {
      countOf.set(text, (countOf.get(text) ?? 0) + 1)
    }
    return countOf
  })
  const late = new Set(clients.flatMap(lateTexts))
  const share = (isSo: (counts: number[], text: string) => boolean) => {
    const found = written.filter((text) => {
      const own = counts.map((countOf) => countOf.get(text) ?? 0)
      return isSo(own, text)
    })
    return found.length / written.length
  }
  return {
    written: written.length,
    once: share((own) => own.every((count) => count === 1)),
    lostFromWriters: share((own) => own.every((count) => count === 0)),
    lostToReaders: share((own) => own.includes(0) && own.some((it) => it > 0)),
    twice: share((own) => own.some((count) => count > 1)),
    outOfOrder: share((_, text) => late.has(text)),
  }
}

function lateTexts(shown: Log["clients"][number]): string[] {
  let highest = 0
  return shown.flatMap(({ id, text }) => {
    const isLate = id < highest
    highest = Math.max(highest, id)
    return isLate ? [text] : []
  })
}

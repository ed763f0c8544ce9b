import type { Line } from "../page.ts"
import type { Site } from "../site.ts"

const fewest = 600
const most = 1_000

/** A lesson takes a sitting: so many words of prose, without code, folded
 * answers and the tasks. */
export function lessonLength({ lessons }: Site): string[] {
  return lessons.flatMap((page) => {
    const count = page.lines.filter(isProse).map(wordsIn).reduce(sum, 0)
    if (count >= fewest && count <= most) return []
    return [
      `${page.place(1)}: the lesson has ${count} words of prose: make it ` +
        `${fewest} to ${most}`,
    ]
  })
}

function isProse({ text, fence, details, section }: Line): boolean {
  const isMarkup = /^(<<<|:::|<[A-Z])/.test(text)
  const isCode = fence !== undefined || details !== undefined
  return !isMarkup && !isCode && section !== "Your turn"
}

function wordsIn({ text }: Line): number {
  const read = text.replace(/\]\([^)]*\)/g, "]")
  return read.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}

function sum(one: number, other: number): number {
  return one + other
}

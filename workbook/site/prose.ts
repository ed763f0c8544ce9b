import type { Line } from "./page.ts"

/** The words in a line of a page that are read as sentences. */
export function wordsIn({ text }: Line): string[] {
  const read = text.replace(/\]\([^)]*\)/g, "]")
  return read.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
}

/** Whether a line is prose: no code, no component and not folded away. */
export function isProse({ text, fence, isFolded }: Line): boolean {
  const isMarkup = /^(<<<|:::|<[A-Z]|!\[)/.test(text)
  return !isMarkup && fence === undefined && !isFolded
}

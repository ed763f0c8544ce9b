import { parse } from "yaml"

export interface FrontMatter {
  /** What the page says of itself, by name; nothing where it says nothing. */
  readonly values: Readonly<Record<string, unknown>>
  /** Its lines, with the two of hyphens. */
  readonly lines: number
}

/** Reads what a page says of itself, above its text. */
export function readFrontMatter(markdown: string): FrontMatter {
  const [whole = "", yaml = ""] = /^---\n([\s\S]*?\n)---\n/.exec(markdown) ?? []
  return { values: parse(yaml) ?? {}, lines: whole.split("\n").length - 1 }
}

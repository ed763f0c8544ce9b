import { parse } from "yaml"

export interface FrontMatter {
  /** The values of the page's front matter, by name; empty if it has none. */
  readonly values: Readonly<Record<string, unknown>>
  /** Its lines, including the two lines of hyphens. */
  readonly lines: number
}

/** Reads the front matter at the top of a page. */
export function readFrontMatter(markdown: string): FrontMatter {
  const [whole = "", yaml = ""] = /^---\n([\s\S]*?\n)---\n/.exec(markdown) ?? []
  return { values: parse(yaml) ?? {}, lines: whole.split("\n").length - 1 }
}

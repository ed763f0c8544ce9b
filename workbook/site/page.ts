import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readFrontMatter } from "../front-matter.ts"
import { slugOf, titleAnchor } from "./slug.ts"

/** A line of a page, and where it stands. */
export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
  /** The text of the `##` heading above it; "" where there is none yet. */
  readonly section: string
  /** The language of the fence that it belongs to, its first and last line
   * included. */
  readonly fence: string | undefined
  /** The title of the `::: details` that it is in. */
  readonly details: string | undefined
}

export interface Heading {
  readonly level: number
  readonly text: string
  readonly anchor: string
  readonly line: number
}

/** A `<<<` and what it shows: a file, a region of it, or with
 * `<<< before -> after` what has changed between two files. */
export interface Snippet {
  readonly line: Line
  /** The file that it is compared with, relative to the page. */
  readonly before: string | undefined
  /** The file, relative to the page. */
  readonly target: string
  readonly region: string | undefined
}

/** A page of the site, read as far as the checks need it. */
export class Page {
  readonly frontMatter: Readonly<Record<string, unknown>>
  readonly lines: readonly Line[]
  readonly headings: readonly Heading[]
  readonly snippets: readonly Snippet[]

  /** @param path relative to docs/, like "steps/04-groups.md" */
  constructor(
    readonly path: string,
    markdown: string,
  ) {
    const { values, lines } = readFrontMatter(markdown)
    const text = markdown.split("\n").slice(lines).join("\n")
    this.frontMatter = values
    this.lines = readLines(text, lines)
    this.headings = readHeadings(this.lines)
    this.snippets = this.lines.flatMap(readSnippet)
  }

  /** "04-groups" for a step's page. */
  get step(): string | undefined {
    return /^steps\/(.*)\.md$/.exec(this.path)?.[1]
  }

  /** Where a line is, as terminals and editors can open it. */
  place(line: number): string {
    return `docs/${this.path}:${line}`
  }
}

/** Every page in docs/, in the order of their paths.
 * @param root of the workbook, or of a fixture that is laid out like it */
export function readPages(root: string): Page[] {
  const docs = join(root, "docs")
  return readdirSync(docs, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md") && !path.startsWith("."))
    .sort()
    .map((path) => new Page(path, readFileSync(join(docs, path), "utf8")))
}

function readLines(markdown: string, above: number): Line[] {
  let section = ""
  let fence: { readonly mark: string; readonly language: string } | undefined
  const details: (string | undefined)[] = []
  return markdown.split("\n").map((text, index) => {
    const line = { number: above + index + 1, text, section }
    const [, mark, language = ""] = /^\s*(`{3,}|~{3,})(\w*)/.exec(text) ?? []
    if (fence) {
      const { language } = fence
      if (mark?.startsWith(fence.mark)) fence = undefined
      return { ...line, fence: language, details: details.at(-1) }
    }
    if (mark) {
      fence = { mark, language }
      return { ...line, fence: language, details: details.at(-1) }
    }
    const [, kind, title] = /^::: *([a-z-]*) ?(.*)$/.exec(text) ?? []
    if (kind) details.push(kind === "details" ? title : details.at(-1))
    const inside = details.at(-1)
    if (kind === "") details.pop()
    const [, heading] = /^## (.+?)\s*$/.exec(text) ?? []
    if (heading !== undefined) section = heading
    return { ...line, section, fence: undefined, details: inside }
  })
}

function readHeadings(lines: readonly Line[]): Heading[] {
  const taken = new Map<string, number>()
  return lines.flatMap((line) => {
    const [, marks, text = "", own] =
      /^(#{1,6}) (.+?)(?: \{#([^}]+)\})?\s*$/.exec(line.text) ?? []
    if (!marks || line.fence !== undefined) return []
    const level = marks.length
    const plain = text.replace(/\[([^\]]*)\]\([^)]*\)|`/g, "$1")
    const slug = level === 1 ? titleAnchor : (own ?? slugOf(plain))
    const count = taken.get(slug) ?? 0
    taken.set(slug, count + 1)
    const anchor = count === 0 ? slug : `${slug}-${count}`
    return [{ level, text: plain, anchor, line: line.number }]
  })
}

function readSnippet(line: Line): Snippet[] {
  if (line.fence !== undefined) return []
  const changes = readChanges(line.text)
  if (changes) {
    const { before, after } = changes
    return [{ line, before, target: after, region: undefined }]
  }
  const [, target, region] =
    /^<<< ([^\s#{]+)(?:#([\w.-]+))?/.exec(line.text) ?? []
  return target ? [{ line, before: undefined, target, region }] : []
}

/** @param text a line, like "<<< ../a.ts -> ../b.ts"
 * @returns the paths of the two files */
export function readChanges(
  text: string,
): { readonly before: string; readonly after: string } | undefined {
  const [, before, after] = /^<<< (\S+) -> (.+?)\s*$/.exec(text) ?? []
  return before && after ? { before, after } : undefined
}

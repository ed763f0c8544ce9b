import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type TaskText, tasksOf } from "../course/lesson.ts"
import { readFrontMatter } from "../front-matter.ts"

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
  /** Whether it is in a `::: details`. */
  readonly isFolded: boolean
}

export interface Heading {
  readonly level: number
  readonly text: string
  readonly anchor: string
  readonly line: number
}

/** The two files of `<<< before -> target#region`, relative to the page. */
export interface Comparison {
  readonly before: string
  readonly target: string
  /** Of the later file, if not all of it is shown. */
  readonly region: string | undefined
}

/** A `<<<` and what it shows: a file, a region of it, or a comparison. */
export interface Snippet extends Partial<Comparison> {
  readonly target: string
  readonly region?: string | undefined
  readonly line: Line
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
    readonly markdown: string,
  ) {
    const { values, lines } = readFrontMatter(markdown)
    this.frontMatter = values
    this.lines = readLines(markdown, lines)
    this.headings = readHeadings(this.lines)
    this.snippets = this.lines.flatMap(readSnippet)
  }

  /** "04-groups" for a step's page. */
  get step(): string | undefined {
    return /^steps\/(.*)\.md$/.exec(this.path)?.[1]
  }

  /** @throws CourseError for a task without a name */
  get tasks(): TaskText[] {
    return tasksOf(this.path, this.markdown)
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

/** That of a page's title, whose own word may be a task's name: "Echo". */
export const titleAnchor = "top"

/**
 * The anchor of a heading. The site's own, so that the rule for links knows
 * what they lead to.
 * @param text as it is read, without markup
 */
export function slugOf(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-|-$/g, "")
}

/** @param text a line, like "<<< ../a.ts -> ../b.ts#region" */
export function readComparison(text: string): Comparison | undefined {
  const [, before, target, region] =
    /^<<< (\S+) -> ([^\s#]+)(?:#([\w-]+))?\s*$/.exec(text) ?? []
  return before && target ? { before, target, region } : undefined
}

/** @param above how many lines of front matter are left out */
function readLines(markdown: string, above: number): Line[] {
  let section = ""
  let open: { readonly mark: string; readonly language: string } | undefined
  const containers: string[] = []
  const lines = markdown.split("\n").slice(above)
  return lines.map((text, index) => {
    const [, mark, language = ""] = /^\s*(`{3,}|~{3,})(\w*)/.exec(text) ?? []
    const fence = open ?? (mark ? { mark, language } : undefined)
    const isEnd = open && mark?.startsWith(open.mark)
    open = isEnd ? undefined : fence
    if (!fence) {
      section = /^## (.+?)\s*$/.exec(text)?.[1] ?? section
      const [, container] = /^::: *([a-z-]*)/.exec(text) ?? []
      if (container) containers.push(container)
      else if (container === "") containers.pop()
    }
    return {
      number: above + index + 1,
      text,
      section,
      fence: fence?.language,
      isFolded: containers.includes("details"),
    }
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
  const comparison = readComparison(line.text)
  if (comparison) return [{ line, ...comparison }]
  const [, target, region] =
    /^<<< ([^\s#{]+)(?:#([\w.-]+))?/.exec(line.text) ?? []
  return target ? [{ line, target, region }] : []
}

import { dirname, extname, resolve } from "node:path"
import type { MarkdownRenderer } from "vitepress"
import { root } from "../../workbook/folders.ts"
import { readComparison } from "../../workbook/site/page.ts"
import {
  type ChangedLine,
  shownChanges,
  stepOf,
} from "../../workbook/site/shown-changes.ts"
import { nameOf, type Transformer } from "./fences.ts"

/** Shows `<<< before -> after#region` as the lines that differ between two files,
 * or in a region of the later one. */
export function showChanges(md: MarkdownRenderer): void {
  md.block.ruler.before("snippet", "changes", (state, start, _end, silent) => {
    const begin = (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0)
    const given = readComparison(state.src.slice(begin, state.eMarks[start]))
    if (!given) return false
    if (silent) return true
    const { realPath, path } = state.env
    const folder = dirname(realPath ?? path)
    const before = resolve(folder, given.before)
    const after = resolve(folder, given.target)
    const { code, lines, indent } = shownChanges(
      root,
      before,
      after,
      given.region,
    )
    state.env.includes?.push(before, after) // an open page follows its changes
    const token = state.push("fence", "code", 0)
    const language = extname(after).slice(1)
    const marks = lines.map(markOf).join()
    token.info = `${language} changes=${marks} indent=${indent}`
    token.content = code
    token.markup = "```"
    token.map = [start, start + 1]
    token.meta = { changes: `${stepOf(nameOf(before))} → ${nameOf(after)}` }
    state.line = start + 1
    return true
  })
}

const signs = { removed: "-", added: "+", same: "=", gap: "~" } as const

/** What a fence says of a line, for `withChanges` to read. */
function markOf(line: ChangedLine): string {
  return signs[line.kind] + (line.kind === "gap" ? line.count : line.index)
}

const classes: Readonly<Record<string, string>> = {
  "-": "diff remove",
  "+": "diff add",
  "~": "diff gap vp-copy-ignore",
}

/** Takes out what is not shown, once all lines of both files have their
 * colours, and marks what has changed. */
export const withChanges: Transformer = {
  name: "with-changes",
  tokens(lines) {
    const marks = marksIn(this.options)
    const [, indent = "0"] = /\bindent=(\d+)/.exec(wordsOf(this.options)) ?? []
    return marks?.map(([sign, number]) => {
      if (sign !== "~") return outdented(lines[number] ?? [], Number(indent))
      return [{ content: `${number} lines are the same`, offset: 0 }]
    })
  },
  line(node, number) {
    const [sign = "="] = marksIn(this.options)?.[number - 1] ?? []
    const added = classes[sign]
    if (added) this.addClassToHast(node, added)
  },
  pre(node) {
    if (marksIn(this.options)) this.addClassToHast(node, "has-changes")
  },
}

type ColouredLine = Parameters<NonNullable<Transformer["tokens"]>>[0][number]

/** A line of coloured words without as many spaces at its beginning. */
function outdented(
  [first, ...others]: ColouredLine,
  spaces: number,
): ColouredLine {
  if (!first) return []
  return [{ ...first, content: first.content.slice(spaces) }, ...others]
}

interface Options {
  readonly meta?: { readonly __raw?: string }
}

function marksIn(
  options: Options,
): [sign: string, number: number][] | undefined {
  const [, list] = /\bchanges=(\S+)/.exec(wordsOf(options)) ?? []
  return list?.split(",").map((mark) => [mark.charAt(0), Number(mark.slice(1))])
}

/** What stands behind the language of a fence. */
function wordsOf({ meta }: Options): string {
  return meta?.__raw ?? ""
}

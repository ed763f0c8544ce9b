import { dirname, resolve } from "node:path"
import type { MarkdownRenderer } from "vitepress"
import { root } from "../../workbook/folders.ts"
import { readComparison } from "../../workbook/site/page.ts"
import {
  type ChangedLine,
  shownChanges,
  stepOf,
} from "../../workbook/site/shown-changes.ts"
import { nameOf, type Transformer } from "./fences.ts"

/** Shows `<<< before -> after` as the lines that differ between two files. */
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
    const { code, lines } = shownChanges(root, before, after)
    state.env.includes?.push(before, after) // an open page follows its changes
    const token = state.push("fence", "code", 0)
    token.info = `ts changes=${lines.map(markOf).join()}`
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
    return marks?.map(([sign, number]) => {
      if (sign !== "~") return lines[number] ?? []
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

function marksIn({
  meta,
}: {
  readonly meta?: { readonly __raw?: string }
}): [sign: string, number: number][] | undefined {
  const [, list] = /\bchanges=(\S+)/.exec(meta?.__raw ?? "") ?? []
  return list?.split(",").map((mark) => [mark.charAt(0), Number(mark.slice(1))])
}

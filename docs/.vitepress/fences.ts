import { readFileSync } from "node:fs"
import { basename } from "node:path"
import type { MarkdownOptions, MarkdownRenderer } from "vitepress"
import { regionOf } from "../../workbook/course/regions.ts"
import { root } from "../../workbook/folders.ts"
import { nameInSteps, shownCode } from "../../workbook/site/shown-code.ts"
import { renderDiagram } from "./diagrams.ts"

export type Transformer = NonNullable<
  MarkdownOptions["codeTransformers"]
>[number]

type Token = Parameters<MarkdownRenderer["renderer"]["render"]>[0][number]

/** Where VitePress names the language; a reader knows that, but not the file. */
const label = /<span class="lang">[^<]*/

/**
 * Renders fences: Mermaid's as drawings, the others with the name of the file
 * that they show, and those of `<<<` as `shownCode` tells. VitePress' own rule
 * would strip the lines that mark regions before we could see where the tasks
 * are.
 */
export function renderFences(md: MarkdownRenderer): void {
  const render = md.renderer.rules.fence
  if (!render) throw new Error("markdown-it no longer has a rule for fences")
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index] as Token
    if (token.info.trim() === "mermaid") {
      return renderDiagram(token.content, md.utils.escapeHtml, env)
    }
    // Before it is rendered: that takes the title out.
    const [, title] = /\[(.+)\]/.exec(token.info) ?? []
    const name = token.meta?.changes ?? fillSnippet(token, env)
    const html = render(tokens, index, options, env, self)
    const named = name
      ? html.replace(label, `<span class="lang">${name}`)
      : html
    if (!title) return named
    // On paper there are no tabs, and blocks stand below each other: each one
    // keeps the title of its tab.
    const attribute = `data-title="${md.utils.escapeHtml(title)}"`
    return named.replace("<div ", () => `<div ${attribute} `)
  }
}

/** Steps' files as the lessons name them: "04-groups/routing.ts". */
export function nameOf(path: string): string {
  const name = nameInSteps(root, path)
  return name.startsWith("..") ? basename(path) : name
}

/** Takes the lines above a region out again, once all have their colours. */
export const withoutLinesAbove: Transformer = {
  name: "without-lines-above",
  tokens(lines) {
    const words = this.options.meta?.__raw ?? ""
    const [, count = "0"] = /\babove=(\d+)/.exec(words) ?? []
    return lines.slice(Number(count))
  },
}

/** @returns the name of the file that a `<<<` shows */
function fillSnippet(
  token: Token,
  env: { readonly includes?: string[] },
): string | undefined {
  const { src, region } = token.meta ?? {}
  if (!src) return undefined
  env.includes?.push(src) // a page that is open follows its changes
  const above = linesAbove(src, region)
  token.content = [...above, shownCode(root, src, region)].join("\n")
  token.info += ` above=${above.length}`
  token.meta = undefined
  return nameOf(src)
}

/** What stands above a region in its file. Lines are coloured by what came
 * before them: methods alone, without their class, are taken for calls. */
function linesAbove(path: string, region: string | undefined): string[] {
  if (!region) return []
  const text = readFileSync(path, "utf8")
  const { begin } = regionOf(path, text, region)
  return text.split("\n").slice(0, begin)
}

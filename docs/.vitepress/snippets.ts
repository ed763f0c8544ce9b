import { basename, join, relative } from "node:path"
import type { MarkdownRenderer } from "vitepress"
import { root } from "../../workbook/folders.ts"
import { shownCode } from "../../workbook/site/shown-code.ts"
import { linesAbove, linesAboveMark } from "./lines-above.ts"

/**
 * Lets `<<<` show code as `shownCode` tells. VitePress' own rule would strip
 * the lines that mark regions before anybody could see where the tasks are.
 */
export function showSnippets(md: MarkdownRenderer): void {
  const render = md.renderer.rules.fence
  if (!render) throw new Error("markdown-it no longer has a rule for fences")
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index]
    const { src, region } = token?.meta ?? {}
    if (!token || !src) return render(tokens, index, options, env, self)
    env.includes?.push(src) // a page that is open follows its changes
    const above = linesAbove(src, region)
    token.content = [...above, shownCode(root, src, region)].join("\n")
    token.meta = undefined
    token.info += linesAboveMark(above.length)
    const html = render(tokens, index, options, env, self)
    return html.replace(label, `<span class="lang">${nameOf(src)}`)
  }
}

/** Where VitePress names the language; a reader knows that, but not the file. */
export const label = /<span class="lang">[^<]*/

/** Steps' files as the lessons name them: "04-groups/routing.ts". */
export function nameOf(path: string): string {
  const inSteps = relative(join(root, "steps"), path).replaceAll("\\", "/")
  return inSteps.startsWith("..") ? basename(path) : inSteps
}

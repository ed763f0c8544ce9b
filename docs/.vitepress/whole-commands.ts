import type { MarkdownRenderer } from "vitepress"

/** A line of a phone holds no more. */
const longest = 36

const command = /^(?:[A-Z]+=\S+ )?npm |^todo\(/

/** Marks the short commands in a text: broken into two lines they would look
 * like two, or like one without its end. */
export function keepCommandsWhole(md: MarkdownRenderer): void {
  const render = md.renderer.rules.code_inline
  if (!render) throw new Error("markdown-it no longer has a rule for code")
  md.renderer.rules.code_inline = (tokens, index, ...rest) => {
    const token = tokens[index]
    const isWhole = token && token.content.length <= longest
    if (isWhole && command.test(token.content)) token.attrJoin("class", "whole")
    return render(tokens, index, ...rest)
  }
}

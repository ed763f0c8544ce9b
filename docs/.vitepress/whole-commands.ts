import type { MarkdownRenderer } from "vitepress"

/** A line of a phone holds no more. */
const longest = 36

const whole = /^(?:[A-Z]+=\S+ )?npm |^todo\(/

/** One that can be typed as it is. */
const typeable = /^npm (?:run [a-z]|test|ci)[^…]*$/

/** Marks the short commands in a text: broken into two lines they would look
 * like two, or like one without its end. In lessons, commands can be copied. */
export function keepCommandsWhole(md: MarkdownRenderer): void {
  const render = md.renderer.rules.code_inline
  if (!render) throw new Error("markdown-it no longer has a rule for code")
  md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    const token = tokens[index]
    const { content = "" } = token ?? {}
    const isWhole = content.length <= longest && whole.test(content)
    if (isWhole) token?.attrJoin("class", "whole")
    const code = render(tokens, index, options, env, self)
    const isInLesson = /^steps\//.test(env.relativePath ?? "")
    const isInLink = tokens.slice(0, index).reduce((depth, { type }) => {
      return (
        depth + Number(type === "link_open") - Number(type === "link_close")
      )
    }, 0)
    if (!isInLesson || isInLink || !typeable.test(content)) return code
    return withCopyButton(code)
  }
}

/**
 * A command with a button that copies it, for `theme/copy-command.ts`. In a
 * sentence it is for the mouse alone: a stop of the Tab key at each would be in
 * the way of everything else.
 * @param code HTML
 * @param label for a button that keyboards and screen readers reach: the command
 */
export function withCopyButton(code: string, label?: string): string {
  const attributes = label
    ? `aria-label="Copy: ${label}"`
    : 'tabindex="-1" aria-hidden="true"'
  const button = `<button type="button" class="copy-command" ${attributes}>`
  return `<span class="command">${code}${button}</button></span>`
}

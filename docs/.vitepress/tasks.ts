import type { MarkdownRenderer } from "vitepress"
import { nameOf } from "./fences.ts"

type Tokens = Parameters<MarkdownRenderer["renderer"]["render"]>[0]

/** Says below each task's heading which file it is in, and how to ask for its
 * hints, as the `<<<` of its finished lines tells. */
export function placeTasks(md: MarkdownRenderer): void {
  md.core.ruler.push("task-place", (state) => {
    const { tokens } = state
    state.tokens = tokens.flatMap((token, index) => {
      if (token.type !== "heading_close") return token
      const name = tokens[index - 2]?.attrGet("id")
      const file = name && fileOf(tokens.slice(index + 1), name)
      if (!file) return token
      const place = new state.Token("html_block", "", 0)
      place.content = placeIn(file, name)
      return [token, place]
    })
  })
}

/** @param below the tokens after a heading
 * @returns the file whose region of that name is shown before the next one */
function fileOf(below: Tokens, name: string): string | undefined {
  const next = below.findIndex(({ type }) => type === "heading_open")
  const own = next === -1 ? below : below.slice(0, next)
  const solution = own.find(({ meta }) => meta?.src && meta.region === name)
  return solution && nameOf(solution.meta.src)
}

function placeIn(file: string, name: string): string {
  const hint = `npm run hint ${Number(file.slice(0, 2))} ${name}`
  return (
    `<p class="task-place"><code>${file}</code> · ` +
    `<code class="whole">${hint}</code></p>\n`
  )
}

import type { MarkdownRenderer } from "vitepress"
import { nameOf } from "./fences.ts"
import { withCopyButton } from "./whole-commands.ts"

type Tokens = Parameters<MarkdownRenderer["renderer"]["render"]>[0]
type Token = Tokens[number]

/** Makes a card of each task below "Your turn": where it is, its text, one fold
 * with all hints, and the finished lines apart from them. */
export function renderTasks(md: MarkdownRenderer): void {
  md.core.ruler.push("task-cards", (state) => {
    const html = (content: string) => {
      const token = new state.Token("html_block", "", 0)
      token.content = `${content}\n`
      return token
    }
    const [above, own, below] = split(state.tokens)
    const [before = [], ...tasks] = partsOf(own)
    state.tokens = [
      ...above,
      ...before,
      ...tasks.flatMap((task) => cardOf(task, html)),
      ...below,
    ]
  })
}

/** The tokens of "Your turn", and those above and below it. */
function split(tokens: Tokens): [Tokens, Tokens, Tokens] {
  const begin = tokens.findIndex((token, index) => {
    return token.tag === "h2" && tokens[index + 1]?.content === "Your turn"
  })
  if (begin === -1) return [tokens, [], []]
  const isNext = ({ type, tag }: Token) =>
    type === "heading_open" && tag === "h2"
  const next = tokens.findIndex(
    (token, index) => index > begin && isNext(token),
  )
  const end = next === -1 ? tokens.length : next
  return [tokens.slice(0, begin), tokens.slice(begin, end), tokens.slice(end)]
}

/** What comes before the first `###`, and then what belongs to each. */
function partsOf(tokens: Tokens): Tokens[] {
  const parts: Tokens[] = [[]]
  for (const token of tokens) {
    if (token.type === "heading_open" && token.tag === "h3") parts.push([])
    parts.at(-1)?.push(token)
  }
  return parts
}

/** @param html makes a token of it */
function cardOf(task: Tokens, html: (content: string) => Token): Tokens {
  const name = task[0]?.attrGet("id") ?? ""
  const shown = task.find(({ meta }) => meta?.src && meta.region === name)
  if (!shown) return task
  const heading = task.findIndex(({ type }) => type === "heading_close") + 1
  const hint = foldsOf(task, /^Hint \d$/)
  const finished = foldsOf(task, /^The finished lines$/)
  const isFolded = (token: Token) => [...hint, ...finished].includes(token)
  for (const token of finished) token.attrJoin("class", "finished")
  return [
    html(`<section class="task" aria-labelledby="${name}">`),
    ...task.slice(0, heading),
    html(placeOf(nameOf(shown.meta.src), name)),
    ...task.slice(heading).filter((token) => !isFolded(token)),
    html(
      '<details class="details custom-block hints"><summary>Hints</summary>',
    ),
    ...hint,
    html("</details>"),
    ...finished,
    html("</section>"),
  ]
}

/** The tokens of all `::: details` with such a title. */
function foldsOf(tokens: Tokens, title: RegExp): Tokens {
  let isInside = false
  return tokens.filter(({ type, info }) => {
    if (type === "container_details_open") {
      isInside = title.test(info.trim().replace(/^details\s+/, ""))
    }
    const isOwn = isInside
    if (type === "container_details_close") isInside = false
    return isOwn
  })
}

function placeOf(file: string, name: string): string {
  const hint = `npm run hint ${Number(file.slice(0, 2))} ${name}`
  return (
    `<p class="task-place"><code>work/${file}</code> ` +
    `${withCopyButton(`<code class="whole">${hint}</code>`, hint)}</p>`
  )
}

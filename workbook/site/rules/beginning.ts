import type { Page } from "../page.ts"
import { isProse, wordsIn } from "../prose.ts"
import type { Site } from "./site.ts"

/** So that the first command is on the first screen. */
const mostIntroWords = 60

const first = "See it first"

/** A lesson begins with a few words, and then with something that runs. */
export function* beginning({ lessons }: Site): Iterable<string> {
  for (const page of lessons) {
    yield* longIntro(page)
    yield* wrongStart(page)
  }
}

function* longIntro(page: Page): Iterable<string> {
  const title = page.headings.find(({ level }) => level === 1)
  const intro = page.lines.filter(({ number, section }) => {
    return section === "" && number > (title?.line ?? 0)
  })
  const { length } = intro.filter(isProse).flatMap(wordsIn)
  if (length <= mostIntroWords) return
  yield `${page.place(title?.line ?? 1)}: there are ${length} words before ` +
    `"## ${first}": make it at most ${mostIntroWords}`
}

/** There is one way to start a step, at the top of its page. */
function* wrongStart(page: Page): Iterable<string> {
  const own = page.lines.filter(({ section }) => section === first)
  const fenced = own.filter(({ fence }) => fence === "sh")
  const fences = fenced.filter(({ text }) => text.startsWith("```")).length / 2
  const command = `npm run step ${Number(page.step?.slice(0, 2))} -- --trace`
  const start = fenced.find(({ text }) => !text.startsWith("```"))
  if (fences === 1 && start?.text === command) return
  yield `${page.place(own[0]?.number ?? 1)}: "## ${first}" needs one fence ` +
    `with sh, whose first line is "${command}"`
}

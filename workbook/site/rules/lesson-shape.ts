import type { Page } from "../page.ts"
import { isProse, wordsIn } from "../prose.ts"
import type { Site } from "./site.ts"

interface Section {
  readonly title: string
  readonly isOptional?: true
  /** What it has besides prose. */
  readonly parts?: readonly Part[]
}

interface Part {
  readonly name: string
  readonly begin: RegExp
  readonly least: number
  readonly most: number
  /** Whether other sections may have it as well, in any number. */
  readonly isAnywhere?: true
}

const diagram = { name: "Mermaid diagram", begin: /^```mermaid/ }
const tabs = { name: '"::: code-group"', begin: /^::: code-group/ }
/** Where a console has little to show, a picture of the page stands there. */
const sight: Part = {
  name: "<LiveConsole /> or picture",
  begin: /^(<LiveConsole(?=[\s/>])|!\[)/,
  least: 1,
  most: 2,
  isAnywhere: true,
}
const answer = /^::: details Answer$/

const shape: readonly Section[] = [
  { title: "See it first", parts: [sight] },
  { title: "What you will be able to do" },
  {
    title: "The idea",
    parts: [{ ...diagram, least: 1, most: 1 }, component("MessagePath")],
  },
  { title: "Rules that always hold" },
  {
    title: "In Channels and here",
    parts: [{ ...tabs, least: 1, most: 3, isAnywhere: true }],
  },
  { title: "Code tour" },
  { title: "Predict", parts: [answers(1, 2)] },
  { title: "Watch it run" },
  { title: "Your turn", parts: [component("YourTurn")] },
  { title: "Break it", parts: [component("BreakIt")] },
  { title: "Check yourself", parts: [answers(3, 5)] },
  // Where a step has files that its lesson leaves out: what keeps it robust.
  { title: "Also here", isOptional: true },
  { title: "What Channels users trip over here" },
  { title: "What comes next" },
]

/** A lesson takes a sitting: so many words of prose. */
const fewestWords = 600
const mostWords = 1_000

/** Every lesson has the same sections in the same order, each with its parts: a
 * learner who has read one finds their way in the next. */
export function* lessonShape({ lessons }: Site): Iterable<string> {
  for (const page of lessons) {
    yield* wrongSections(page)
    for (const section of shape) yield* wrongParts(page, section)
    yield* wrongAnswers(page)
    yield* wrongLength(page)
  }
}

function* wrongSections(page: Page): Iterable<string> {
  const own = page.headings.filter(({ level }) => level === 2)
  for (const { title, isOptional } of shape) {
    if (isOptional || own.some(({ text }) => text === title)) continue
    yield `${page.place(1)}: the section "## ${title}" is missing`
  }
  const titles = shape.map(({ title }) => title)
  let last = -1
  for (const { text, line } of own) {
    const index = titles.indexOf(text)
    if (index < 0) {
      yield `${page.place(line)}: "## ${text}" is no section of a lesson: use "###"`
    } else if (index <= last) {
      yield `${page.place(line)}: "## ${text}" comes too late, or twice: ` +
        `the order is ${titles.join(", ")}`
    } else last = index
  }
}

function* wrongParts(
  page: Page,
  { title, parts = [] }: Section,
): Iterable<string> {
  const heading = page.headings.find(({ text }) => text === title)
  for (const { name, begin, least, most, isAnywhere } of parts) {
    const found = page.lines.filter(({ text }) => begin.test(text))
    const strays = found.filter(({ section }) => section !== title)
    for (const { number } of isAnywhere ? [] : strays) {
      yield `${page.place(number)}: a ${name} belongs under "## ${title}"`
    }
    const count = found.length - strays.length
    if (count >= least && count <= most) continue
    const wanted = least === most ? least : `${least} to ${most}`
    yield `${page.place(heading?.line ?? 1)}: "## ${title}" needs ${wanted} ` +
      `${name}, and has ${count}`
  }
}

/** Learners who check themselves have to know what a good answer is. */
function* wrongAnswers(page: Page): Iterable<string> {
  for (const [index, { text, section, number }] of page.lines.entries()) {
    if (section !== "Check yourself" || !answer.test(text)) continue
    const next = page.lines[index + 1]?.text
    if (next?.startsWith("A good answer says")) continue
    yield `${page.place(number + 1)}: an answer under "## ${section}" ` +
      'begins with "A good answer says"'
  }
}

/** The tasks are not counted. */
function* wrongLength(page: Page): Iterable<string> {
  const counted = page.lines.filter(({ section }) => section !== "Your turn")
  const words = counted.filter(isProse).flatMap(wordsIn)
  if (words.length >= fewestWords && words.length <= mostWords) return
  yield `${page.place(1)}: the lesson has ${words.length} words of prose: ` +
    `make it ${fewestWords} to ${mostWords}`
}

function component(name: string): Part {
  const begin = new RegExp(`^<${name}(?=[\\s/>])`)
  return { name: `<${name} />`, begin, least: 1, most: 1 }
}

function answers(least: number, most: number): Part {
  const name = '"::: details Answer"'
  return { name, begin: answer, least, most, isAnywhere: true }
}

import type { Line, Page } from "../page.ts"
import type { Site } from "../site.ts"

interface Part {
  /** As the sentence names it. */
  readonly name: string
  readonly section: string
  begins(line: Line, index: number, lines: readonly Line[]): boolean
  readonly least: number
  readonly most: number
}

const parts: readonly Part[] = [
  {
    name: "Mermaid diagram",
    section: "The idea",
    begins: ({ text }) => text.startsWith("```mermaid"),
    least: 1,
    most: 1,
  },
  component("MessagePath", "The idea"),
  {
    name: '"::: code-group"',
    section: "In Channels and here",
    begins: ({ text }) => text.startsWith("::: code-group"),
    least: 1,
    most: 3,
  },
  answer("Predict", 1, 2),
  component("LiveConsole", "Run it and watch"),
  component("YourTurn", "Your turn"),
  component("BreakIt", "Break it"),
  answer("Check yourself", 3, 5),
]

/** What a lesson has besides prose: one diagram, the components, questions with
 * folded answers, each in its section. */
export function lessonParts({ lessons }: Site): string[] {
  return lessons.flatMap((page) => [
    ...parts.flatMap((part) => countIn(page, part)),
    ...goodAnswers(page),
    ...(page.frontMatter.break === undefined
      ? [`${page.place(1)}: the front matter lacks "break", for <BreakIt />`]
      : []),
  ])
}

function countIn(page: Page, part: Part): string[] {
  const found = page.lines.filter((...at) => part.begins(...at))
  const strays = found
    .filter(({ section }) => isElsewhere(part, section))
    .map((line) => {
      return `${page.place(line.number)}: a ${part.name} belongs under "## ${part.section}"`
    })
  const { length } = found.filter(({ section }) => section === part.section)
  if (length >= part.least && length <= part.most) return strays
  const { least, most } = part
  const wanted = least === most ? String(least) : `${least} to ${most}`
  const heading = page.headings.find(({ text }) => text === part.section)
  return [
    ...strays,
    `${page.place(heading?.line ?? 1)}: "## ${part.section}" needs ${wanted} ` +
      `${part.name}, and has ${length}`,
  ]
}

/** Answers may be anywhere, and so may tabs. */
function isElsewhere({ name, section }: Part, found: string): boolean {
  return !name.includes(":::") && found !== section
}

function component(name: string, section: string): Part {
  const begin = new RegExp(`^<${name}(?=[\\s/>])`)
  return {
    name: `<${name} />`,
    section,
    begins: ({ text, fence }) => fence === undefined && begin.test(text),
    least: 1,
    most: 1,
  }
}

function answer(section: string, least: number, most: number): Part {
  return {
    name: '"::: details Answer"',
    section,
    begins: (line) => {
      return line.section === section && line.text === "::: details Answer"
    },
    least,
    most,
  }
}

/** Whoever checks themselves has to know what would do. */
function goodAnswers(page: Page): string[] {
  const { lines } = page
  return lines.flatMap((line, index) => {
    const isAnswer = line.text === "::: details Answer"
    const next = lines[index + 1]?.text ?? ""
    if (line.section !== "Check yourself" || !isAnswer) return []
    if (next.startsWith("A good answer says")) return []
    return [
      `${page.place(line.number + 1)}: an answer under "## Check yourself" ` +
        'begins with "A good answer says"',
    ]
  })
}

import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Step } from "../steps.ts"
import { CourseError } from "./course-error.ts"

/** How a task fails, as a learner sees it. */
export interface Entry {
  /** The task's name. */
  readonly name: string
  /** What a learner sees who has not begun. */
  readonly untouched: string
  /** The commonest wrong answer, in a sentence that ends with a colon … */
  readonly wrong: string
  /** … as lines … */
  readonly lines: string
  /** … and what a learner sees who has given it. */
  readonly answered: string
}

/** @param name "04-groups" */
export function bookOf(name: string): string {
  return `tests/failures/${name}.md`
}

/** The failures of a step's tasks, as `npm run prove` has seen them.
 * @throws CourseError for a section that lacks a part */
export function readBook(root: string, { name }: Step): Entry[] {
  const text = readFileSync(join(root, bookOf(name)), "utf8")
  const [, ...sections] = text.split(/^## /m)
  return sections.map((section) => {
    const [, task, untouched, wrong, lines, answered] =
      pattern.exec(section) ?? []
    if (!task || !wrong || !lines) {
      throw new CourseError(
        `${bookOf(name)}: the section "${section.split("\n")[0]}" needs an ` +
          'output, a wrong answer in words that end with ":" and in lines of ' +
          "ts, and an output",
      )
    }
    return {
      name: task,
      untouched: untouched ?? "",
      wrong,
      lines,
      answered: answered ?? "",
    }
  })
}

const pattern =
  /^(.+)\n\n```text\n([\s\S]*?)\n?```\n\n([\s\S]+?:)\n\n```ts\n([\s\S]+?)\n```\n\n```text\n([\s\S]*?)\n?```/

/** @returns what `readBook` reads, as Markdown */
export function renderBook(step: Step, entries: readonly Entry[]): string {
  const sections = entries.map(
    ({ name, untouched, wrong, lines, answered }) =>
      `## ${name}\n\n${block("text", untouched)}\n\n${wrong}\n\n` +
      `${block("ts", lines)}\n\n${block("text", answered)}\n`,
  )
  return [heading(step), ...sections].join("\n")
}

/**
 * The tasks that a failure is likely to be about: those whose wrong answer
 * fails in the same words, else at the same check, else those without which
 * that check fails.
 * @param text as a learner sees it
 */
export function suspects(entries: readonly Entry[], text: string): string[] {
  const same = (part: "answered" | "untouched", lines: number) =>
    entries
      .filter((entry) => head(entry[part], lines) === head(text, lines))
      .map(({ name }) => name)
  const guesses = [same("answered", 2), same("answered", 1)]
  const isSomebody = (names: string[]) => names.length > 0
  return guesses.find(isSomebody) ?? same("untouched", 1)
}

function head(text: string, lines: number): string {
  return text.split("\n").slice(0, lines).join("\n")
}

function heading({ number }: Step): string {
  return `# How the tasks of step ${number} fail

Each one untouched, and with the commonest wrong answer: what a learner sees.
The outputs are written by \`npm run prove ${number} -- --update\`.
`
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}${text && "\n"}\`\`\``
}

import { CourseError } from "./course-error.ts"

/** A task, as its page describes it under "Your turn". */
export interface TaskText {
  /** Also the name of its region. */
  readonly name: string
  readonly title: string
  readonly text: string
  /** From a nudge to nearly the code. */
  readonly hints: readonly string[]
  /** The region that the finished lines come from: "step/file.ts#name". */
  readonly solution: string | undefined
}

const yourTurn = /^## Your turn$/m
const heading = /^### (.+) \{#([a-z][a-z0-9-]*)\}$/m
const hint = /^::: details Hint \d\n([\s\S]*?)^:::$/gm
const solution = /^<<< \.\.\/\.\.\/steps\/(\S+)$/m

/**
 * The tasks of a lesson's page.
 * @param page for messages
 * @throws CourseError for a heading below "Your turn" without a name
 */
export function tasksOf(page: string, markdown: string): TaskText[] {
  const [, section] = markdown.split(yourTurn)
  if (section === undefined) return []
  const [own = ""] = section.split(/^## /m)
  const [, ...parts] = own.split(/^(?=### )/m)
  return parts.map((part) => {
    const [line, title = "", name] = heading.exec(part) ?? []
    if (!line || !name) {
      throw new CourseError(
        `${page}: "${part.split("\n")[0]}" needs its region's name at the ` +
          "end, like {#group-send}",
      )
    }
    return {
      name,
      title,
      text: part.slice(line.length).split(/^:::/m)[0]?.trim() ?? "",
      hints: [...part.matchAll(hint)].map(([, text = ""]) => text.trim()),
      solution: solution.exec(part)?.[1],
    }
  })
}

/** What a lesson promises under "Rules that always hold", in its bold words. */
export function promisesOf(markdown: string): string[] {
  const [, section = ""] = markdown.split(/^## Rules that always hold$/m)
  const [own = ""] = section.split(/^## /m)
  const bold = /^- \*\*([\s\S]+?)\*\*/gm
  return [...own.matchAll(bold)].map(([, words = ""]) =>
    words
      .replace(/\s+/g, " ")
      .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
      .replace(/[.,:]$/, ""),
  )
}

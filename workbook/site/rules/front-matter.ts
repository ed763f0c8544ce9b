import type { Page } from "../page.ts"
import type { Site } from "./site.ts"

type Kinds = Readonly<Record<string, (value: unknown) => boolean>>

const lesson: Kinds = {
  title: isText,
  goal: isText,
  minutes: Number.isFinite,
  needs: Array.isArray,
  try: isText,
  break: (value) => value !== undefined,
}

const home: Kinds = { title: isText, description: isText }

const other: Kinds = { ...home, order: Number.isFinite }

/** Search engines show about this much of a description. */
const fewestCharacters = 50
const mostCharacters = 160

/** The commands, the sidebar, previews and the site's tables read a page's
 * values from its front matter. */
export function* frontMatter({ pages }: Site): Iterable<string> {
  for (const page of pages) {
    for (const [name, isRight] of Object.entries(kindsOf(page))) {
      if (isRight(page.frontMatter[name])) continue
      yield `${page.place(1)}: the front matter lacks "${name}"`
    }
  }
  yield* wrongDescriptions(pages)
}

/** Every page has a description of its own; that of a lesson is its goal. */
function* wrongDescriptions(pages: readonly Page[]): Iterable<string> {
  const seen = new Map<string, string>()
  for (const page of pages) {
    const name = page.step === undefined ? "description" : "goal"
    const text = page.frontMatter[name]
    if (!isText(text)) continue // the rule above has told
    const { length } = text
    if (length < fewestCharacters || length > mostCharacters) {
      yield `${page.place(1)}: the ${name} has ${length} characters: make it ` +
        `${fewestCharacters} to ${mostCharacters}`
    }
    const other = seen.get(text)
    if (other) yield `${page.place(1)}: ${other} has the same ${name}`
    seen.set(text, `docs/${page.path}`)
  }
}

function kindsOf({ path, step }: Page): Kinds {
  if (step !== undefined) return lesson
  return path === "index.md" ? home : other
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== ""
}

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

const other: Kinds = { title: isText, order: Number.isFinite }

/** The commands, the sidebar and the site's tables read a page's values from
 * its front matter. */
export function* frontMatter({ pages }: Site): Iterable<string> {
  for (const page of pages) {
    for (const [name, isRight] of Object.entries(kindsOf(page))) {
      if (isRight(page.frontMatter[name])) continue
      yield `${page.place(1)}: the front matter lacks "${name}"`
    }
  }
}

function kindsOf({ path, step }: Page): Kinds {
  if (step !== undefined) return lesson
  return path === "index.md" ? {} : other
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== ""
}

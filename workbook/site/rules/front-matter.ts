import type { Page } from "../page.ts"
import type { Site } from "../site.ts"

type Kinds = Readonly<Record<string, (value: unknown) => boolean>>

const lesson: Kinds = {
  title: isText,
  goal: isText,
  minutes: (value) => typeof value === "number",
  needs: Array.isArray,
  try: isText,
}

const other: Kinds = {
  title: isText,
  order: (value) => typeof value === "number",
}

/** The commands, the sidebar and the site's tables take what they tell of a
 * page from its front matter. */
export function frontMatter({ pages }: Site): string[] {
  return pages.flatMap((page) => {
    return Object.entries(kindsOf(page))
      .filter(([name, isRight]) => !isRight(page.frontMatter[name]))
      .map(([name]) => `${page.place(1)}: the front matter lacks "${name}"`)
  })
}

function kindsOf({ path, step }: Page): Kinds {
  if (step !== undefined) return lesson
  return path === "index.md" ? {} : other
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== ""
}

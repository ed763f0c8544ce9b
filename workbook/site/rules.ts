import { commands } from "./rules/commands.ts"
import { course } from "./rules/course.ts"
import { frontMatter } from "./rules/front-matter.ts"
import { lessonLength } from "./rules/length.ts"
import { links } from "./rules/links.ts"
import { namedFiles } from "./rules/named-files.ts"
import { lessonParts } from "./rules/parts.ts"
import { python } from "./rules/python.ts"
import { lessonSections } from "./rules/sections.ts"
import { snippets } from "./rules/snippets.ts"
import { typedCode } from "./rules/typed-code.ts"
import { type Rule, readSite } from "./site.ts"

const rules: readonly Rule[] = [
  frontMatter,
  lessonSections,
  lessonParts,
  lessonLength,
  typedCode,
  snippets,
  links,
  namedFiles,
  commands,
  course,
  python,
]

/** Everything that can be said of the pages without building them.
 * @param root of the workbook, or of a fixture that is laid out like it
 * @returns what is wrong, a sentence each */
export function checkPages(root: string): string[] {
  const site = readSite(root)
  return rules.flatMap((rule) => rule(site))
}

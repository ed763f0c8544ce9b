import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { CourseError } from "../course/course-error.ts"

/** What may happen to the finished chat, and what it does about it. */
export interface Risk {
  readonly risk: string
  readonly answer: string
  /** By file in tests/: a part of the name of a check that shows it. */
  readonly checks: Readonly<Record<string, string>>
}

export interface SecurityTopic {
  readonly topic: string
  readonly rows: readonly Risk[]
}

const file = "docs/.vitepress/security.yaml"

/**
 * The rows of the page about security.
 * @param root of the workbook; [] if it has none
 * @throws CourseError for a row whose check does not exist
 */
export function readSecurity(root: string): SecurityTopic[] {
  const path = join(root, file)
  if (!existsSync(path)) return []
  const topics: SecurityTopic[] = parse(readFileSync(path, "utf8"))
  for (const { risk, checks } of topics.flatMap(({ rows }) => rows)) {
    if (Object.keys(checks ?? {}).length === 0) {
      throw new CourseError(`${file}: "${risk}" has no check`)
    }
    for (const [test, name] of Object.entries(checks)) {
      assertCheck(root, test, name)
    }
  }
  return topics
}

function assertCheck(root: string, test: string, name: string): void {
  const path = join(root, "tests", test)
  const text = existsSync(path) ? readFileSync(path, "utf8") : ""
  if (text.includes(name)) return
  throw new CourseError(`${file}: tests/${test} has no check "${name}"`)
}

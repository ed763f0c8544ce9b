import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { CourseError } from "../course/course-error.ts"

/** A row of a page that states what holds, with the checks that show it. */
export interface CheckedRow {
  /** By file in tests/: a part of the name of a check that shows it. */
  readonly checks: Readonly<Record<string, string>>
}

export interface Topic<Row extends CheckedRow> {
  readonly topic: string
  readonly rows: readonly Row[]
}

/**
 * @param file with topics, relative to the root
 * @param nameOf what identifies a row in an error
 * @returns the topics; [] if there is no such file
 * @throws CourseError for a row whose check does not exist
 */
export function readTopics<Row extends CheckedRow>(
  root: string,
  file: string,
  nameOf: (row: Row) => string,
): Topic<Row>[] {
  const path = join(root, file)
  if (!existsSync(path)) return []
  const topics: Topic<Row>[] = parse(readFileSync(path, "utf8"))
  for (const row of topics.flatMap(({ rows }) => rows)) {
    const checks = Object.entries(row.checks ?? {})
    if (checks.length === 0) {
      throw new CourseError(`${file}: "${nameOf(row)}" has no check`)
    }
    for (const [test, name] of checks) assertCheck(root, file, test, name)
  }
  return topics
}

function assertCheck(
  root: string,
  file: string,
  test: string,
  name: string,
): void {
  const path = join(root, "tests", test)
  const text = existsSync(path) ? readFileSync(path, "utf8") : ""
  if (text.includes(name)) return
  throw new CourseError(`${file}: tests/${test} has no check "${name}"`)
}

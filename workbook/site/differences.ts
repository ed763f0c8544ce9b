import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CourseError } from "../course/course-error.ts"
import { type CheckedRow, readTopics, type Topic } from "./checked-rows.ts"

/** What the finished chat does otherwise than Channels, on purpose. */
export interface Difference extends CheckedRow {
  readonly what: string
  readonly theirs: string
  readonly ours: string
  readonly why: string
}

/** A difference from `channels_redis`, which a check runs on both sides. */
interface OnRedis extends Omit<Difference, "checks"> {
  readonly id: string
}

const file = "docs/reference/differences.yaml"
const onRedis = "docs/golden/11-differences.json"

/**
 * The named differences from Channels and `channels_redis`.
 * @param root of the workbook; [] if it has none
 * @throws CourseError for a row whose check does not exist
 */
export function readDifferences(root: string): Topic<Difference>[] {
  const topics = readTopics<Difference>(root, file, ({ what }) => what)
  const rows = readOnRedis(root)
  return rows.length > 0 ? [...topics, { topic: "On Redis", rows }] : topics
}

function readOnRedis(root: string): Difference[] {
  const path = join(root, onRedis)
  if (!existsSync(path)) return []
  const rows: OnRedis[] = JSON.parse(readFileSync(path, "utf8"))
  const folder = join(root, "tests/given")
  const files = readdirSync(folder).filter((name) => name.startsWith("11-"))
  const texts = files.map((name) => {
    return { name, text: readFileSync(join(folder, name), "utf8") }
  })
  return rows.map(({ id, ...row }) => {
    const found = texts.find(({ text }) => {
      return text.includes(`namedDifference("${id}"`)
    })
    if (found) return { ...row, checks: { [`given/${found.name}`]: row.what } }
    throw new CourseError(`${onRedis}: no check is about "${id}"`)
  })
}

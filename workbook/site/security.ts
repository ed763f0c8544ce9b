import { type CheckedRow, readTopics, type Topic } from "./checked-rows.ts"

/** What may happen to the finished chat, and what it does about it. */
export interface Risk extends CheckedRow {
  readonly risk: string
  readonly answer: string
}

export type SecurityTopic = Topic<Risk>

/**
 * The rows of the page about security.
 * @param root of the workbook; [] if it has none
 * @throws CourseError for a row whose check does not exist
 */
export function readSecurity(root: string): SecurityTopic[] {
  const file = "docs/.vitepress/security.yaml"
  return readTopics<Risk>(root, file, ({ risk }) => risk)
}

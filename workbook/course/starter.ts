import type { Task } from "./course.ts"

/**
 * A file with holes where tasks are.
 * @param file relative to the steps' folder
 * @param text the finished file
 * @param tasks those to be blanked; others of the file stay as they are
 */
export function blank(
  file: string,
  text: string,
  tasks: readonly Task[],
): string {
  const own = tasks.filter(({ region }) => region.file === file)
  if (own.length === 0) return text
  const lines = text.split("\n")
  // From the last to the first: the indexes before it stay right.
  for (const { id, region } of own.toSorted(fromTheLast)) {
    const indent = /^\s*/.exec(lines[region.begin] ?? "")?.[0] ?? ""
    const hole = `${indent}todo("${id}")`
    const length = region.end - region.begin - 1
    lines.splice(region.begin + 1, length, hole)
  }
  return [importLine(file), ...lines].join("\n")
}

function fromTheLast(one: Task, other: Task): number {
  return other.region.begin - one.region.begin
}

function importLine(file: string): string {
  const up = "../".repeat(file.split("/").length - 1)
  return `import { todo } from "${up}todo.ts"`
}

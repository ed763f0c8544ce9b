import { CourseError } from "./course-error.ts"

/** Lines of a file between `// #region name` and `// #endregion name`, or in
 * Python between `# region name` and `# endregion name`. */
export interface Region {
  readonly name: string
  /** Relative to the steps' folder, with slashes. */
  readonly file: string
  /** The index of the line with `#region`, and of that with `#endregion`. */
  readonly begin: number
  readonly end: number
  /** The name of the region that it lies in. */
  readonly within: string | undefined
}

const marker = /^\s*(?:\/\/ #|# )(region|endregion) ([a-z][a-z0-9-]*)\s*$/

/**
 * @param file for messages and the regions
 * @throws CourseError for a region that is never closed, overlaps another, or
 *   lies in one that lies in another itself
 */
export function regionsOf(file: string, text: string): Region[] {
  const regions: Region[] = []
  const open: { name: string; begin: number }[] = []
  for (const [index, line] of text.split("\n").entries()) {
    const [, kind, name = ""] = marker.exec(line) ?? []
    if (kind === "region") {
      if (open.length === 2) throw new CourseError(tooDeep(file, name))
      open.push({ name, begin: index })
    } else if (kind === "endregion") {
      const last = open.pop()
      if (last?.name !== name) {
        const isOpen = last && open.some((outer) => outer.name === name)
        throw new CourseError(
          isOpen ? notClosed(file, last.name) : notOpen(file, name),
        )
      }
      regions.push({ file, ...last, end: index, within: open[0]?.name })
    }
  }
  const left = open.at(0)
  if (left) throw new CourseError(notClosed(file, left.name))
  return regions
}

/** @throws CourseError if the text has no region of that name */
export function regionOf(file: string, text: string, name: string): Region {
  const region = regionsOf(file, text).find((it) => it.name === name)
  if (region) return region
  throw new CourseError(`${file}: there is no region ${name}`)
}

/** The lines between a region's markers, indented as they are. */
export function linesOf(text: string, { begin, end }: Region): string[] {
  return text.split("\n").slice(begin + 1, end)
}

/** A file with other lines in a region, indented like its markers, and with the
 * line ends of the file. */
export function withLines(
  text: string,
  { begin, end }: Region,
  content: readonly string[],
): string {
  const lines = text.split("\n")
  const [, indent = "", lineEnd = ""] =
    /^(\s*?)\S.*?(\r?)$/.exec(lines[begin] ?? "") ?? []
  const indented = content.map((line) =>
    line === "" ? lineEnd : indent + line + lineEnd,
  )
  lines.splice(begin + 1, end - begin - 1, ...indented)
  return lines.join("\n")
}

/** Lines without their common indentation. */
export function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter(Boolean).map((line) => line.search(/\S|$/))
  const least = Math.min(...indents)
  return lines.map((line) => line.slice(least))
}

/** A file without the lines that mark regions.
 * @param kept the names of regions that keep their markers */
export function withoutMarkers(
  text: string,
  kept: readonly string[] = [],
): string {
  const isKept = (line: string) => {
    const [, , name] = marker.exec(line) ?? []
    return name === undefined || kept.includes(name)
  }
  return text.split("\n").filter(isKept).join("\n")
}

function notClosed(file: string, name: string): string {
  return (
    `${file}: the region ${name} is not closed: write ` +
    `"// #endregion ${name}" after its last line`
  )
}

function notOpen(file: string, name: string): string {
  return `${file}: "#endregion ${name}" closes no region of that name`
}

function tooDeep(file: string, name: string): string {
  return (
    `${file}: the region ${name} lies in a region that lies in another one: ` +
    "only one that a page shows may contain others, and those are tasks"
  )
}

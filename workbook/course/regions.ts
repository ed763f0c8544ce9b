import { CourseError } from "./course-error.ts"

/** Lines of a file between `// #region name` and `// #endregion name`. */
export interface Region {
  readonly name: string
  /** Relative to the steps' folder, with slashes. */
  readonly file: string
  /** The index of the line with `#region`, and of that with `#endregion`. */
  readonly begin: number
  readonly end: number
}

const marker = /^\s*\/\/ #(region|endregion) ([a-z][a-z0-9-]*)\s*$/

/**
 * @param file for messages and the regions
 * @throws CourseError for a region that is never closed, or within another
 */
export function regionsOf(file: string, text: string): Region[] {
  const regions: Region[] = []
  let open: { name: string; begin: number } | undefined
  for (const [index, line] of text.split("\n").entries()) {
    const [, kind, name = ""] = marker.exec(line) ?? []
    if (kind === "region") {
      if (open) throw new CourseError(notClosed(file, open.name))
      open = { name, begin: index }
    } else if (kind === "endregion") {
      if (open?.name !== name) throw new CourseError(notOpen(file, name))
      regions.push({ file, ...open, end: index })
      open = undefined
    }
  }
  if (open) throw new CourseError(notClosed(file, open.name))
  return regions
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

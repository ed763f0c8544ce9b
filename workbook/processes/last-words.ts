/** The last error that a program printed, with its stack, else its last lines.
 * A stack may be longer than any number of lines, and the error is above it. */
export function lastWords(output: string): string {
  const lines = output.trim().split("\n")
  const isFrame = (line: string | undefined) => /^ +at /.test(line ?? "")
  const isInner = (line: string) => isFrame(line) || /^ +\[cause\]/.test(line)
  const error = lines.findLastIndex(
    (line, index) => !isInner(line) && isFrame(lines[index + 1]),
  )
  return lines.slice(error < 0 ? -8 : error).join("\n")
}

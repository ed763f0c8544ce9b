/** Whether a command of the workbook writes a file: a change of it changes
 * nothing about the learner's code.
 * @param path relative to the work folder */
export function isOurs(path: string): boolean {
  return path.startsWith(".") || path === "tsconfig.json"
}

import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** @returns the path of a program, if the PATH has it */
export function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter)
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""]
  const paths = folders.flatMap((folder) =>
    endings.map((ending) => join(folder, program + ending)),
  )
  return paths.find(isExecutable)
}

/** @returns false also if there is no such file */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

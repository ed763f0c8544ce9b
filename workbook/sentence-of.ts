import { basename, dirname, relative } from "node:path"
import { CommandError } from "./command-error.ts"

const refusals: Readonly<Record<string, string>> = {
  EACCES: "permission denied. Who owns it?",
  EPERM: "permission denied. Who owns it?",
  EROFS: "it is on a read-only disk.",
  ENOSPC: "the disk is full.",
}

/** The sentence for an error that a person can fix.
 * @returns undefined for a mistake of ours, which needs its stack */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof CommandError) return error.message
  return error instanceof Error ? refusalOf(error) : undefined
}

/** The system's reason for a file, not for a program or a port. */
function refusalOf(error: NodeJS.ErrnoException): string | undefined {
  const { code = "", path, syscall = "" } = error
  const why = refusals[code]
  if (!why || syscall.startsWith("spawn") || syscall === "listen") {
    return undefined
  }
  if (path === undefined) return `A file cannot be written: ${why}`
  // A file is first written under another name, in the same folder.
  const isHalf = basename(path).startsWith(".half-")
  const place = relative(process.cwd(), isHalf ? dirname(path) : path)
  const isOpened = code !== "ENOSPC" && syscall === "open" && !isHalf
  const what = isOpened ? "read or written" : "written"
  return `${place || "."} cannot be ${what}: ${why}`
}

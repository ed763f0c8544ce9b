import { readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import { hasCode } from "./has-code.ts"

export interface ReadJson<Value> {
  /** Undefined if the file is missing or broken. */
  readonly value: Value | undefined
  readonly isBroken: boolean
}

/**
 * Reads a file that the commands have written. A full disk or an editor can
 * leave a broken one: it is renamed, and a line says so. It is never deleted,
 * and no command ends because of it.
 * @param isRight whether it has the shape that was written
 */
export async function readJson<Value>(
  folder: string,
  file: string,
  isRight: (value: unknown) => value is Value,
): Promise<ReadJson<Value>> {
  let text: string
  try {
    text = await readFile(join(folder, file), "utf8")
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error
    return { value: undefined, isBroken: false }
  }
  const value = parsed(text)
  if (isRight(value)) return { value, isBroken: false }
  await putAside(folder, file)
  return { value: undefined, isBroken: true }
}

/** Whether it is an object, with any contents. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

export function areStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string")
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function putAside(folder: string, file: string): Promise<void> {
  const time = new Date().toISOString().replaceAll(":", "-")
  const aside = `${file}.broken-${time}`
  try {
    await rename(join(folder, file), join(folder, aside))
  } catch (error) {
    if (hasCode(error, "ENOENT")) return // another terminal was faster
    throw error
  }
  // Not on stdout, which a program may read: npm run progress -- --json
  console.error(`work/${file} is broken: it is now work/${aside}.`)
}

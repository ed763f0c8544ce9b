import { randomUUID } from "node:crypto"
import { link, mkdir, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { hasCode } from "./has-code.ts"

/** Replaces a file as a whole: a killed command leaves either the old one or
 * the new one. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await rename(await half(path, content), path)
}

/** The same for a new file.
 * @returns false if it already exists: another command was faster */
export async function createWhole(
  path: string,
  text: string,
): Promise<boolean> {
  const written = await half(path, text)
  try {
    await link(written, path)
    return true
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false
    await rename(written, path) // a file system without links
    return true
  } finally {
    await rm(written, { force: true })
  }
}

async function half(
  path: string,
  content: string | Uint8Array,
): Promise<string> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const written = join(folder, `.half-${randomUUID()}`)
  try {
    await writeFile(written, content)
    return written
  } catch (error) {
    await rm(written, { force: true }) // a full disk gets its space back
    throw error
  }
}

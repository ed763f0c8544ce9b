import { mkdir, mkdtemp } from "node:fs/promises"
import { join } from "node:path"

/**
 * Makes an empty folder for a while; whoever asks for it removes it. It lies
 * within the workbook, so that code in it finds the packages.
 * @param root of the workbook
 * @param name the beginning of its name
 * @returns its path
 */
export async function scratchFolder(
  root: string,
  name: string,
): Promise<string> {
  const scratch = join(root, ".data")
  await mkdir(scratch, { recursive: true })
  return mkdtemp(join(scratch, `${name}-`))
}

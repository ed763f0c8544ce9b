import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"

const folders = new Set<string>()

// A file that is being written at that moment may need a second try. If all
// tries fail, the folder stays: an error now would only disturb.
process.on("exit", () => {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    } catch {}
  }
})

/**
 * Makes an empty folder for a while. The caller removes it; at the latest it is
 * removed when this process ends, unless it is killed. It lies within the
 * workbook, so that code in it finds the packages.
 * @param root of the workbook
 * @param name the beginning of its name; the process's id comes next
 * @returns its path
 */
export function scratchFolder(root: string, name: string): string {
  const scratch = join(root, ".data")
  // Not asynchronous: a process that ends in between would leave the folder.
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, `${name}-${process.pid}-`))
  folders.add(folder)
  return folder
}

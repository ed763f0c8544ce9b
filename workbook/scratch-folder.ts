import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"

const folders = new Set<string>()

// What is being written to one at that moment may need a second try. Where that
// fails, too, a folder stays behind, and nobody is told while they leave.
process.on("exit", () => {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    } catch {}
  }
})

/**
 * Makes an empty folder for a while; whoever asks for it removes it. However
 * this process ends, short of being killed, the folder ends, too. It lies
 * within the workbook, so that code in it finds the packages.
 * @param root of the workbook
 * @param name the beginning of its name; the process's id comes next
 * @returns its path
 */
export function scratchFolder(root: string, name: string): string {
  const scratch = join(root, ".data")
  // At once: a process that ends meanwhile would leave what it has not noted.
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, `${name}-${process.pid}-`))
  folders.add(folder)
  return folder
}

import { rmSync } from "node:fs"
import { onTestFinished } from "vitest"
import { root } from "../../workbook/folders.ts"
import { scratchFolder } from "../../workbook/scratch-folder.ts"

/** An empty folder within the workbook, gone when the test ends. */
export function ownFolder(name: string): string {
  const folder = scratchFolder(root, name)
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Site } from "../site.ts"

/** The Python that the pages show can be read by Python. Nothing is run, and
 * nothing is left behind. */
export function python({ root }: Site): string[] {
  const folder = join(root, "docs/python")
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith(".py"))
  const cache = mkdtempSync(join(tmpdir(), "workbook-python-"))
  try {
    const { error, status, stderr } = spawnSync(
      "python3",
      ["-m", "py_compile", ...files.map((name) => join(folder, name))],
      {
        encoding: "utf8",
        env: { ...process.env, PYTHONPYCACHEPREFIX: cache },
      },
    )
    if (error) {
      return [
        "docs/python: python3 is needed to check these files. Debian, Ubuntu: " +
          "sudo apt-get install python3; macOS: brew install python",
      ]
    }
    return status === 0 ? [] : [`docs/python: ${stderr.trim()}`]
  } finally {
    rmSync(cache, { recursive: true })
  }
}

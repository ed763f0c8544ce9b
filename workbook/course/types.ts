import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { root } from "../folders.ts"

/**
 * Checks the types of all steps in a folder, which gets a tsconfig.json.
 * @returns what the compiler found, a line each; empty if nothing
 */
export async function typeProblems(folder: string): Promise<string> {
  const base = relative(folder, join(root, "tsconfig.json"))
  const config = { extends: base.replaceAll("\\", "/"), include: ["**/*.ts"] }
  const path = join(folder, "tsconfig.json")
  await writeFile(path, `${JSON.stringify({ ...config, exclude: [] })}\n`)
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const child = spawn(
    process.execPath,
    [tsc, "-p", path, "--pretty", "false"],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text
  })
  await once(child, "close")
  return output.trim()
}

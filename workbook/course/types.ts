import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { root } from "../folders.ts"
import { killAtExit } from "../processes/kill-at-exit.ts"

/**
 * Checks the types of all steps in a folder, which gets a tsconfig.json.
 * @returns what the compiler found, a line each; empty if nothing
 * @throws Error with what it printed, if it ended without looking
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
      stdio: ["ignore", "pipe", "pipe"],
    },
  )
  killAtExit(child)
  let output = ""
  let errors = ""
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text
  })
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text
  })
  const [code, signal] = await once(child, "close")
  if (code !== 0 && !/error TS\d+/.test(output)) {
    const told = `${errors}${output}`.trim()
    const how = signal ?? `exit code ${code}`
    throw new Error(`The compiler did not run: ${told || how}`)
  }
  return output.trim()
}

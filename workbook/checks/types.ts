import { writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { root } from "../folders.ts"
import { runProgram } from "../processes/run.ts"

/**
 * Checks the types of all steps in a folder, which gets a tsconfig.json.
 * @param signal ends the compiler: then nothing is found
 * @returns what the compiler found, line by line; empty if nothing
 * @throws Error with what it printed, if it did not run
 */
export async function typeProblems(
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const path = await writeTsconfig(folder)
  const words = ["-p", path, "--pretty", "false"]
  const ended = await runProgram("typescript/bin/tsc", words, signal)
  const { output, errors, end } = ended
  if (end !== 0 && !signal?.aborted && !/error TS\d+/.test(output)) {
    const told = `${errors}${output}`.trim() || `exit code ${end}`
    throw new Error(`The compiler did not run: ${told}`)
  }
  return output.trim()
}

/** The project's settings, for the files of a folder.
 * @returns the path of its tsconfig.json */
async function writeTsconfig(folder: string): Promise<string> {
  const base = relative(folder, join(root, "tsconfig.json"))
  const path = join(folder, "tsconfig.json")
  const config = {
    extends: base.replaceAll("\\", "/"),
    // Its results are kept, so that the next run takes a fifth of the time.
    compilerOptions: { incremental: true, tsBuildInfoFile: "./.types.json" },
    include: ["**/*.ts", "**/*.js"],
    exclude: [],
  }
  await writeFile(path, `${JSON.stringify(config)}\n`)
  return path
}

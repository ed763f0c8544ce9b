import { join, relative } from "node:path"
import { root } from "../folders.ts"
import { runProgram } from "../processes/run.ts"

/** A promise that nothing waits for. */
export interface Unawaited {
  /** Relative to the folder, with slashes. */
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/** A sentence for each rule of the linter. */
const sentences: Readonly<Record<string, string>> = {
  "typescript(no-floating-promises)":
    "Nothing waits for this promise: write await before it, or return it.",
  "typescript(return-await)":
    "Inside try, write return await: without await the promise fails after " +
    "the try has ended, and catch never runs.",
  "typescript(no-misused-promises)":
    "This is a promise, not its value: write await before it.",
}

const config = join(root, "workbook/checks/awaits.json")

/**
 * Looks for promises that nothing waits for. The types do not show them, and a
 * check that meets one often fails late, and far away.
 * @param folder that has a tsconfig.json
 * @param files of it, relative to it
 * @param signal ends the linter: then nothing is found
 * @throws Error with what the linter printed, if it did not run
 */
export async function unawaitedPromises(
  folder: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<Unawaited[]> {
  if (files.length === 0) return [] // the linter would take all
  const words = ["--type-aware", "-f", "json", "-c", config]
  const project = ["--tsconfig", join(folder, "tsconfig.json")]
  const paths = files.map((file) => join(folder, file))
  const { output, errors } = await runProgram(
    "oxlint/bin/oxlint",
    [...words, ...project, ...paths],
    signal,
  )
  if (signal?.aborted) return []
  return diagnosticsIn(output, errors).flatMap(({ code, filename, labels }) => {
    const sentence = sentences[code]
    const line = labels[0]?.span.line
    if (sentence === undefined || line === undefined) return []
    const file = relative(folder, join(root, filename)).replaceAll("\\", "/")
    return [{ file, line, sentence }]
  })
}

interface Diagnostic {
  readonly code: string
  /** Relative to the working directory. */
  readonly filename: string
  readonly labels: readonly { readonly span: { readonly line: number } }[]
}

function diagnosticsIn(output: string, errors: string): Diagnostic[] {
  try {
    const report = JSON.parse(output)
    if (report.number_of_files > 0) return report.diagnostics
  } catch {}
  throw new Error(`The linter did not run: ${errors}${output}`)
}

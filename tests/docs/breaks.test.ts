import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runChecks } from "../../workbook/checks/run-checks.ts"
import { layOut } from "../../workbook/course/lay-out.ts"
import { root } from "../../workbook/folders.ts"
import { type Break, readBreak } from "../../workbook/site/breaks.ts"
import { readPages } from "../../workbook/site/page.ts"
import { ownFolder } from "../support/own-folder.ts"

const breaks = readPages(root).flatMap((page) => readBreak(root, page) ?? [])

/** All steps in a folder, without one line of one file. */
async function stepsWithout({ file, code }: Break): Promise<string> {
  const folder = ownFolder("break")
  await layOut(root, folder, [])
  const path = join(folder, file)
  const lines = (await readFile(path, "utf8")).split("\n")
  const left = lines.filter((line) => line.trim() !== code)
  expect(left).toHaveLength(lines.length - 1)
  await writeFile(path, left.join("\n"))
  return folder
}

describe("without its line, the first check to fail is the one that the page names:", () => {
  test.each(breaks)("$step", { timeout: 90_000 }, async (given) => {
    const stepsFolder = await stepsWithout(given)
    const stop = new AbortController()
    const { failed } = await runChecks({
      root,
      step: given.step,
      stepsFolder,
      signal: stop.signal,
      onFailed: () => stop.abort(),
    })
    expect(failed[0]?.title).toBe(given.red)
  })
})

import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test, vi } from "vitest"
import { typeProblems } from "../../workbook/checks/types.ts"
import { ownFolder } from "../support/own-folder.ts"

async function folderWith(text: string): Promise<string> {
  const folder = ownFolder("types")
  await writeFile(join(folder, "one.ts"), text)
  return folder
}

test("correct types give no problem, and wrong types are reported", async () => {
  expect(await typeProblems(await folderWith("export {}\n"))).toBe("")
  const wrong = await folderWith('export const one: number = ""\n')
  expect(await typeProblems(wrong)).toMatch(/one\.ts\(1,14\): error TS2322/)
})

test("a compiler that does not run is an error, not an empty result", async () => {
  const folder = await folderWith("export {}\n")
  vi.stubEnv("NODE_OPTIONS", "--nope")
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(typeProblems(folder)).rejects.toThrow(
    /^The compiler did not run: .*--nope/,
  )
})

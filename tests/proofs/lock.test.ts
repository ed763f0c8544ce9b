import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { withLock } from "../../workbook/learner/lock.ts"
import { ownFolder } from "../support/own-folder.ts"

test("one after the other, even if a lock is left from a process that ended", async () => {
  const folder = ownFolder("lock")
  const file = join(folder, "count")
  await writeFile(file, "0")
  // This process's own id, because a container uses the same ids again.
  await writeFile(join(folder, ".lock"), `${process.pid} old`)
  const add = () =>
    withLock(folder, async () => {
      const count = Number(await readFile(file, "utf8"))
      await writeFile(file, String(count + 1))
    })
  await Promise.all(Array.from({ length: 20 }, add))
  expect(await readFile(file, "utf8")).toBe("20")
  expect(await readdir(folder)).toEqual(["count"])
})

test("a command that waits too long fails and says what to do", async () => {
  const folder = ownFolder("lock")
  await withLock(folder, async () => {
    const second = withLock(folder, async () => {}, 50)
    await expect(second).rejects.toThrow(/^Another command is writing in work/)
  })
  expect(await withLock(folder, async () => "free", 50)).toBe("free")
})

import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { readDifferences } from "../../workbook/site/differences.ts"
import { ownFolder } from "../support/own-folder.ts"

const row = { what: "a", theirs: "b", ours: "c", why: "d" }

/** A workbook with one named difference on its page, and one on Redis. */
function course(checks: Readonly<Record<string, string>>, id: string): string {
  const folder = ownFolder("differences")
  const topics = [{ topic: "A topic", rows: [{ ...row, checks }] }]
  const files = {
    "docs/reference/differences.yaml": JSON.stringify(topics),
    "docs/golden/11-differences.json": JSON.stringify([{ id, ...row }]),
    "tests/01-sum.test.ts": 'test("one and one are two", () => {})',
    "tests/given/11-wire.test.ts": 'namedDifference("close", {})',
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const known = { "01-sum.test.ts": "one and one" }

test("each difference has the check that shows it", () => {
  const inFile = { "given/11-wire.test.ts": row.what }
  expect(readDifferences(course(known, "close"))).toEqual([
    { topic: "A topic", rows: [{ ...row, checks: known }] },
    { topic: "On Redis", rows: [{ ...row, checks: inFile }] },
  ])
})

test.each([
  ["without a check", {}, '"a" has no check'],
  ["whose file does not exist", { "02.test.ts": "x" }, "has no check"],
  ["whose check does not exist", { "01-sum.test.ts": "x" }, 'no check "x"'],
])("a difference %s is refused", (_, checks, sentence) => {
  expect(() => readDifferences(course(checks, "close"))).toThrow(sentence)
})

test("a difference on Redis that no check is about is refused", () => {
  expect(() => readDifferences(course(known, "other"))).toThrow(
    'docs/golden/11-differences.json: no check is about "other"',
  )
})

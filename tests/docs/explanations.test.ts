import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import {
  explanationOf,
  explanations,
} from "../../workbook/checks/explanations.ts"
import { root } from "../../workbook/folders.ts"

const page = readFileSync(
  join(root, "docs/reference/troubleshooting.md"),
  "utf8",
)

test.each(explanations)(
  "a failure with %s is explained as the page explains it",
  (_pattern, sentence) => {
    expect(page.replace(/\s+/g, " ")).toContain(sentence)
  },
)

test("a failure of another kind is not explained", () => {
  expect(explanationOf("1 of 15,043 frames")).toBeUndefined()
})

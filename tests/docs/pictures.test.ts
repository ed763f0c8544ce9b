import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { pictures } from "../../bench/save.ts"
import { root } from "../../workbook/folders.ts"

test.each(Object.entries(pictures))(
  "%s is drawn from what was measured last: npm run bench -- --draw",
  (file, draw) => {
    expect(readFileSync(join(root, file), "utf8")).toBe(draw())
  },
)

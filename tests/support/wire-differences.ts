import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { testBesidePython } from "./python-layer.ts"

/** Where ours differs from `channels_redis` on purpose. Pages show the list. */
interface Difference {
  readonly id: string
  readonly what: string
  readonly theirs: string
  readonly ours: string
  readonly why: string
}

export const differences: readonly Difference[] = JSON.parse(
  readFileSync(join(root, "docs/golden/11-differences.json"), "utf8"),
)

/** Two checks: what each layer does. */
export function namedDifference(
  id: string,
  sides: Readonly<Record<"ours" | "theirs", () => Promise<void>>>,
): void {
  const row = differences.find((it) => it.id === id)
  if (!row) throw new Error(`There is no named difference ${id}`)
  describe(row.what, () => {
    test(`ours: ${row.ours}`, sides.ours)
    testBesidePython(`channels_redis: ${row.theirs}`, sides.theirs)
  })
}

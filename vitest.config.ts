import { defineConfig } from "vitest/config"
import { patienceMs } from "./workbook/patience.ts"

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/fixtures", "node_modules"],
    silent: "passed-only",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // On a busy machine, Vitest's own second is too short.
    expect: { poll: { timeout: patienceMs } },
    // A failure shows what was expected and what came, not "[ …(2) ]".
    chaiConfig: { truncateThreshold: 300 },
  },
})

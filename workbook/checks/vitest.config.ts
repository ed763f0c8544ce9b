import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** How a learner's checks run: in the most helpful order, and reported to
 * the process that started them. */
export default defineConfig({
  test: {
    include: ["tests/*.test.ts"],
    runner: here("task-order.ts"),
    reporters: [here("reporter.ts")],
    testTimeout: 9_000,
    hookTimeout: 15_000,
  },
})

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}

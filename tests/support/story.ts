import { onTestFailed, type RunnerTestCase } from "vitest"
import { getCurrentTest } from "vitest/suite"
import type {} from "../../workbook/checks/failure.ts"

/** In lines. Of a longer story, the middle is left out. */
const longest = 12

/**
 * Notes what a check does, as a line that its failure shows: "Ann sends
 * {"message":"hi"}", 'path("i/<int:x>/").match("/i/7/")'. Clients, requests and
 * watched layers do this by themselves.
 */
export function did(what: string): void {
  teller()(what)
}

/** Notes lines only for the check that runs now: its work may continue while
 * the next one runs. */
export function teller(): (what: string) => void {
  const test = getCurrentTest()
  if (!test) return () => {} // outside of tests there is no failure to tell
  return (what) => {
    if (test.result?.state === "run") add(test, what)
  }
}

function add(test: RunnerTestCase, what: string): void {
  if (!test.meta.did) {
    const lines: string[] = []
    test.meta.did = lines
    onTestFailed(({ task }) => {
      const story = lines.map((line) => `\n  ${line}`).join("")
      for (const error of task.result?.errors ?? []) error.message += story
    })
  }
  const { did } = test.meta
  did.push(what)
  if (did.length > longest) did.splice(longest / 2, 2, "…")
}

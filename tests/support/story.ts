import { onTestFailed, type RunnerTestCase } from "vitest"
import { getCurrentTest } from "vitest/suite"
import type {} from "../../workbook/checks/failure.ts"

/** In lines: what is between the first and the last is left out. */
const longest = 12

/**
 * Tells what a check does, in a line that its failure shows: "Ann sends
 * {"message":"hi"}", 'path("i/<int:x>/").match("/i/7/")'. Clients, requests and
 * watched layers tell it of themselves.
 */
export function did(what: string): void {
  teller()(what)
}

/** Tells the story of the check that runs now: nothing of what happens after
 * its end, which may be while the next one runs. */
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

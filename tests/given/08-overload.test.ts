import { expect, test, vi } from "vitest"
import { load } from "../support/load.ts"
import { outcome } from "../support/middleware.ts"
import { printedErrors } from "../support/printed-errors.ts"

const { watchOverload } = await load<
  typeof import("../../steps/08-guard/limits/overload.ts")
>("08-guard/limits/overload.ts")
const { AddressLimits } = await load<
  typeof import("../../steps/08-guard/limits/address-limits.ts")
>("08-guard/limits/address-limits.ts")
const { readLimits } = await load<
  typeof import("../../steps/08-guard/limits/limits.ts")
>("08-guard/limits/limits.ts")

/** Keeps this process from doing anything else. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test("an overloaded process refuses new sockets, and accepts them again later", async () => {
  const printed = printedErrors()
  const isOverloaded = watchOverload()
  const limits = readLimits({})
  const socket = () =>
    outcome(
      (inner) =>
        AddressLimits(inner, { limits, addressOf: () => "", isOverloaded }),
      { who: "a client", path: "/ws/chat/lobby/" },
    )
  expect(await socket()).toBe("passed on")
  // Not once: what comes before the first measurement is not measured.
  await vi.waitUntil(() => {
    block(600)
    return isOverloaded()
  }, 10_000)
  expect(await socket()).toMatch(/^refused with 503/)
  await printed.has(/new sockets are refused/)
  await vi.waitUntil(() => !isOverloaded(), 10_000)
  expect(await socket()).toBe("passed on")
})

import { expect, test } from "vitest"
import { chaos } from "../support/chaos.ts"

/** `npm run soak` does this for longer. */
const options = {
  seconds: 8,
  messagesPerSecond: 25,
  killSeconds: 5,
  redisRestarts: 1,
  healSeconds: 30,
}

test("clients show every message once, in one order, while connections, processes and Redis fail", {
  timeout: 90_000,
}, async () => {
  const seed = Date.now() % 2 ** 31
  const { crowd, figures } = await chaos({
    step: "09-delivery",
    seed,
    ...options,
  })
  console.log(figures)
  expect(crowd.said).toBeGreaterThan(50)
  expect(crowd.problems()).toEqual([])
  expect(crowd.delivering.flatMap((it) => it.violations)).toEqual([])
  expect(crowd.delivering.filter((it) => it.cleared > 0)).toEqual([])
})

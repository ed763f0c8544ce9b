import { describe, expect, test } from "vitest"
import { chaos } from "../support/chaos.ts"
import { figure } from "../support/soak.ts"

const step = process.env.SOAK_STEP || "09-delivery"
const seed = Number(process.env.SOAK_SEED || Date.now() % 2 ** 31)

describe("in chaos, 20 clients in 3 rooms, on 2 processes", () => {
  test.each([5, 50])(
    "show every message once, in one order, at %i messages a second",
    async (messagesPerSecond) => {
      const { crowd, figures } = await chaos({
        step,
        seed,
        seconds: 60,
        messagesPerSecond,
        killSeconds: 10,
        redisRestarts: 2,
        healSeconds: 30,
      })
      figure(`chaos, ${messagesPerSecond} a second`, figures)
      expect(crowd.problems()).toEqual([])
      expect(crowd.delivering.flatMap((it) => it.violations)).toEqual([])
      expect(crowd.delivering.filter((it) => it.cleared > 0)).toEqual([])
      expect(figures.percent).toBe(100)
    },
  )
})

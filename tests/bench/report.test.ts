import { expect, test } from "vitest"
import { tablesOf } from "../../bench/report.ts"
import type { Measurement, Result } from "../../bench/result.ts"
import type { RowName } from "../../bench/rows.ts"
import { verdictsOf } from "../../bench/targets.ts"

/** Turns with these costs of Socket.IO and step 5 in the row "room".
 * @param loads what other programs used in each turn, in cores */
function resultOf(
  costs: readonly [number, number][],
  loads: readonly number[] = [],
  names: readonly [string, string] = ["socket-io", "step-5"],
  row: RowName = "room",
): Result {
  return {
    date: "2026-11-26",
    machine: {
      processor: "a processor",
      cores: 2,
      memoryGb: 4,
      system: "Linux",
      node: "20.19.0",
      isPinned: true,
    },
    turns: costs.length,
    servers: names.map((name) => {
      return { name, title: name, processes: 2, reference: "socket-io" }
    }),
    measurements: costs.flatMap((pair, index) => {
      return names.map((server, at): Measurement => {
        const [cost, turn] = [pair[at] as number, index + 1]
        const load = { generatorLoad: 0.5, otherLoad: loads[index] ?? 0 }
        return { server, row, turn, cost, perSecond: 9, ...load }
      })
    }),
  }
}

test("half the cost is a ratio of 2, and turns are compared in pairs", () => {
  const [table] = tablesOf(
    resultOf([
      [10, 5],
      [20, 10],
      [10, 20],
    ]),
  )
  expect(table?.lines).toEqual([
    ["socket-io", "2", "10.0", "1.00", "", "9"],
    ["step-5", "2", "10.0", "2.00", "0.50–2.00", "9"],
  ])
})

test.each([
  [14, 0, "met"],
  [15, 0, "missed"],
  [15, 0.4, "unclear"],
])("a cost of %i to 10, with another load of %f, is %s", (cost, load, is) => {
  const verdicts = verdictsOf(resultOf([[10, cost]], [load]))
  expect(verdicts.map((it) => it.is)).toEqual([is])
})

test.each([
  ["by-hand", "batched-step-5", "room", 25, "met"],
  ["by-hand", "batched-step-5", "burst", 26, "missed"],
  ["socket-io", "batched-step-5", "rooms", 6, "met"],
  ["by-hand-batch", "step-10", "burst", 33, "met"],
  ["by-hand-batch", "step-10", "stored", 21, "missed"],
  ["step-9", "step-10", "one", 10, "met"],
  ["step-9", "step-10", "one", 11, "missed"],
  ["step-9", "step-10", "idle", 11, "met"],
  ["step-9", "step-10", "idle", 12, "missed"],
] as const)(
  "if a delivery or a socket of %s costs 10, then in %s, row %s, %i is %s",
  (reference, server, row, cost, is) => {
    const names = [reference, server] as const
    const verdicts = verdictsOf(resultOf([[10, cost]], [], names, row))
    expect(verdicts.map((it) => it.is)).toEqual([is])
  },
)

test("a turn on a busy machine does not count if there are others", () => {
  const costs: [number, number][] = [
    [10, 5],
    [10, 40],
  ]
  const [table] = tablesOf(resultOf(costs, [0, 0.4]))
  expect(table?.lines[1]).toEqual([
    "step-5",
    "2",
    "5.00",
    "2.00",
    "2.00–2.00",
    "9",
  ])
})

test("a line with only busy turns is marked", () => {
  const [table] = tablesOf(resultOf([[10, 10]], [0.4]))
  expect(table?.lines[1]?.[3]).toBe("1.00 !")
})

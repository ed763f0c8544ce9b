import { expect, test } from "vitest"
import { figuresOf } from "../workbook/demos/ladder-figures.ts"
import { type Log, runLadder } from "../workbook/demos/ladder-run.ts"

/** What each of two clients shows: ids that are also the texts. */
function log(written: readonly number[], ...clients: number[][]): Log {
  return {
    written: written.map(String),
    clients: clients.map((ids) => ids.map((id) => ({ id, text: `${id}` }))),
  }
}

const perfect = {
  written: 4,
  once: 1,
  lostToReaders: 0,
  lostFromWriters: 0,
  twice: 0,
  outOfOrder: 0,
}

test.each([
  ["nothing is wrong", log([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]), perfect],
  [
    "a client misses one",
    log([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 4]),
    { ...perfect, once: 0.75, lostToReaders: 0.25 },
  ],
  [
    "all clients miss one",
    log([1, 2, 3, 4], [1, 2, 4], [1, 2, 4]),
    { ...perfect, once: 0.75, lostFromWriters: 0.25 },
  ],
  [
    "a client shows the last one twice",
    log([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4, 4]),
    { ...perfect, once: 0.75, twice: 0.25 },
  ],
  [
    "a client shows two the other way round",
    log([1, 2, 3, 4], [1, 3, 2, 4], [1, 2, 3, 4]),
    { ...perfect, outOfOrder: 0.25 },
  ],
])("the figures of demo 9 count each fault: %s", (_, written, figures) => {
  expect(figuresOf(written)).toEqual(figures)
})

test("with all parts of step 9, demo 9 loses nothing and shows nothing twice", async () => {
  const log = await runLadder({
    step: "09-delivery",
    parts: { hasPosition: true, outbox: "same keys" },
    env: {},
    writeMs: 1_500,
  })
  const { written, ...figures } = figuresOf(log)
  expect(written).toBeGreaterThan(20)
  expect({ written: 4, ...figures }).toEqual(perfect)
})

test("with step 8 and clients that only come back, it loses messages", async () => {
  const log = await runLadder({
    step: "08-guard",
    parts: { hasPosition: false, outbox: "none" },
    env: {},
    writeMs: 1_500,
  })
  expect(figuresOf(log).once).toBeLessThan(1)
})

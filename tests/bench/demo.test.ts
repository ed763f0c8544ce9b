import { expect, test } from "vitest"
import { Command } from "../support/command.ts"

test("npm run demo 10 shows that step 10 writes less often", async () => {
  const { code, output } = await Command.run("npm run demo 10")
  const lines = output.split("\n")
  const [before, after] = ["Step 9, ", "Step 10, "].map((beginning) => {
    const line = lines.find((it) => it.startsWith(beginning) && / µs /.test(it))
    const cells = line?.trim().split(/ {2,}/).slice(1) ?? []
    return cells.map((it) => Number.parseFloat(it.replaceAll(",", "")))
  })
  const [, deliveries = 0, cost = 0, writes = 0] = after ?? []
  const [, deliveriesBefore = 0, costBefore = 0, writesBefore = 0] =
    before ?? []
  // Without batches, a message is written to each of the 100 members.
  expect(writesBefore).toBeGreaterThan(100)
  expect(writes).toBeGreaterThan(0)
  expect(writes).toBeLessThan(writesBefore / 2)
  expect(cost).toBeLessThan(costBefore)
  expect(deliveries).toBeGreaterThan(deliveriesBefore)
  expect(code).toBe(0)
}, 90_000)

test("Ctrl-C ends the demo and leaves no process", async () => {
  const command = new Command("npm run demo 10")
  await command.printed(/Step 9, Delivery: delivering/)
  command.signal("SIGINT")
  await command.gone()
})

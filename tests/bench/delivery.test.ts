import { describe, expect, test } from "vitest"
import { measure, type Outcome } from "../../bench/measure.ts"
import { type RowName, rows, smallRow } from "../../bench/rows.ts"
import { findServers, quickServers, type Server } from "../../bench/servers.ts"
import { Command } from "../support/command.ts"

const program = "tests/fixtures/faulty-server.ts"

/** Checks delivery only: its measurements are of no use. */
function check(server: Server, names?: readonly RowName[]): Promise<Outcome> {
  return measure({
    servers: [server],
    rows: rows
      .filter(({ name }) => names === undefined || names.includes(name))
      .map(smallRow),
    turns: 1,
    pace: { warmUpMs: 100, measureMs: 300 },
  })
}

const steps = quickServers().filter(({ name }) => name.startsWith("step-"))

test.each(steps)(
  "$name delivers every message once and in order",
  async (server) => {
    const { failures, result } = await check(server)
    expect(failures).toEqual([])
    const measured = result.measurements.map(({ row }) => row)
    expect(measured).toContain("burst")
    expect(measured.includes("stored")).toBe(server.isStoring)
    expect(measured.includes("returning")).toBe(server.isRecovering)
  },
)

describe("the bench finds a server that, once in about 1,000 times,", () => {
  const client = "client \\d+ of room \\w+-\\d+"
  const message = "message \\d+ of client \\d+"
  test.each<[what: string, fault: string, row: RowName, sentence: string]>([
    ["loses a delivery", "lose", "room", `never received ${message}`],
    ["loses a message", "lose-message", "burst", `never received ${message}`],
    ["loses one of a burst", "lose", "burst", `never received ${message}`],
    ["delivers twice", "repeat", "room", `received ${message} twice`],
    [
      "swaps two messages of a sender",
      "swap",
      "burst",
      `received ${message} out of order`,
    ],
    [
      "swaps messages of two senders",
      "swap",
      "room",
      "received the messages in a different order than others",
    ],
    [
      "changes a message",
      "change",
      "room",
      'received ".* cat .*", which was never sent',
    ],
    ["closes a connection", "close", "room", "was closed with 1013"],
  ])("%s", async (_what, fault, row, sentence) => {
    const [server] = findServers([program]) as [Server]
    const { failures } = await check({ ...server, env: { FAULT: fault } }, [
      row,
    ])
    const whole = `^${program}, row ${row}: ${client} ${sentence}\\.$`
    expect(failures.join("\n")).toMatch(new RegExp(whole))
  })
})

describe("the bench finds a server that, for a returning client, sometimes", () => {
  test.each([
    ["loses a missed message", "lose", /never received message \d+/],
    ["sends it twice", "repeat", /received message \d+ twice/],
    ["swaps two of them", "swap", /received message \d+ out of order/],
    ["changes one", "change", /received ".* cat .*", which was never sent/],
    ["counts one too few", "count", /was promised 99 of 100 missed messages/],
    ["cannot recover them", "give-up", /was promised none of 100 missed/],
    ["closes the connection", "close", /was closed with 1013/],
  ])("%s", async (_what, fault, sentence) => {
    const [server] = findServers([program]) as [Server]
    const recovering = { dialect: "delivery", isRecovering: true } as const
    const faulty = { ...server, ...recovering, env: { FAULT: fault } }
    const { failures } = await check(faulty, ["returning"])
    expect(failures).toEqual([expect.stringMatching(sentence)])
  })
})

test("a refused client ends the measurement", async () => {
  const [server] = findServers([program]) as [Server]
  const refusing = { ...server, env: { FAULT: "refuse" } }
  const { failures } = await check(refusing, ["room"])
  expect(failures.join("\n")).toContain("was refused: 401 Unauthorized")
})

test("a fault fails the command", async () => {
  const line = `node workbook/run.cjs bench ${program} --rows room --turns 1`
  const { code, output } = await Command.run(line, { FAULT: "lose" })
  expect(output).toContain("never received message")
  expect(code).toBe(1)
})

test("Ctrl-C ends a bench and leaves no process", async () => {
  const line = `node workbook/run.cjs bench ${program} by-hand --rows one`
  const command = new Command(line, { FAULT: "" })
  await command.printed(/Turn 1 of 3, by-hand/)
  command.signal("SIGINT")
  await command.gone()
})

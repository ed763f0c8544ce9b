import { describe, expect, test } from "vitest"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { signUp } from "../support/accounts.ts"
import { historyInProcess } from "../support/history-in-process.ts"
import { inDatabase, openBeside } from "../support/in-database.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const room = "/ws/chat/lobby/"

/** The ids of everything that a client has seen. */
function idsSeen({ received }: SocketClient): number[] {
  return received.flatMap((frame) => JSON.parse(frame).id ?? [])
}

async function storedIds(env: NodeJS.ProcessEnv): Promise<Set<number>> {
  const sql = "SELECT id FROM messages"
  const rows = await inDatabase<{ id: number }>(env, sql)
  return new Set(rows.map(({ id }) => id))
}

describe("a message that a member has seen", () => {
  test("is in the database even when the disk is full", async () => {
    const { database, enter } = await historyInProcess()
    const ann = await enter("lobby")
    const bob = await enter("lobby")
    const [{ pages }] = (await database.writer.all(
      "SELECT page_count AS pages FROM pragma_page_count",
    )) as [{ pages: number }]
    await database.writer.all(`PRAGMA max_page_count = ${pages + 20}`)
    for (let count = 0; count < 40; count++) ann.say("x".repeat(9_000))
    const answers = await ann.nextFrames(40)
    const errors = answers.filter(({ error }) => error !== undefined)
    expect(errors.length, "errors that the sender received").toBeGreaterThan(0)
    const seen = answers.filter(({ id }) => id !== undefined)
    await database.writer.all("PRAGMA max_page_count = 1000000")
    ann.say("marker")
    const marker = await bob.nextFrames(seen.length + 1)
    expect(marker.at(-1)).toMatchObject({ message: "marker" })
    const stored = await database.reader.all<{ id: number }>(
      "SELECT id FROM messages ORDER BY id",
    )
    expect(stored.map(({ id }) => id)).toEqual(marker.map(({ id }) => id))
  })

  test("is found by another connection at once", async () => {
    const env = await ownEnvironment()
    const server = await startServer("07-history", env)
    const headers = await signUp(server, "ann")
    const other = await openBeside(env)
    const members = await Promise.all(
      Array.from({ length: 20 }, () => connect(server, room, { headers })),
    )
    const looks: Promise<number>[] = []
    const [reader, ...writers] = members as [SocketClient, ...SocketClient[]]
    reader.socket.on("message", (frame) => {
      const { id } = JSON.parse(String(frame))
      const found = other.all("SELECT 1 FROM messages WHERE id = ?", id)
      looks.push(found.then((rows) => rows.length))
    })
    for (const writer of writers) {
      for (let count = 0; count < 100; count++) writer.say(`${count}`)
    }
    await reader.nextFrames(1_900)
    const found = await Promise.all(looks)
    expect(found.filter((count) => count !== 1)).toEqual([])
  })

  test("is still there after kill -9, five times", {
    timeout: 120_000,
  }, async () => {
    const env = await ownEnvironment()
    const seen: number[] = []
    for (let round = 0; round < 5; round++) {
      const server = await startServer("07-history", env)
      const headers = await signUp(server, `ann-${round}`)
      const members = await Promise.all(
        Array.from({ length: 10 }, () => connect(server, room, { headers })),
      )
      for (const member of members) {
        for (let count = 0; count < 500; count++) member.say(`${count}`)
      }
      await Promise.all(members.map((member) => member.nextFrames(300)))
      await server.stop("SIGKILL")
      await Promise.all(members.map((member) => member.closed()))
      seen.push(...members.flatMap(idsSeen))
    }
    const stored = await storedIds(env)
    expect(seen.length).toBeGreaterThan(10_000)
    expect(seen.filter((id) => !stored.has(id))).toEqual([])
  })
})

import { type ChildProcess, spawn } from "node:child_process"
import { expect, onTestFinished, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { signUp } from "../support/accounts.ts"
import { historyInProcess } from "../support/history-in-process.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const room = "/ws/chat/busy/"

test("twenty readers find every committed message", async () => {
  const { database, messages, user } = await historyInProcess()
  let isOver = false
  // Different statements, and long ones: the same one never overlaps itself.
  const readers = Array.from({ length: 20 }, async (_, index) => {
    const sql = `SELECT ${index}, content FROM messages ORDER BY id DESC`
    while (!isOver) await database.reader.all(sql)
  })
  for (let count = 0; count < 200; count++) {
    const { id } = await messages.create(user.id, "lobby", `${count}`)
    const last = await messages.lastMessages("lobby")
    expect(last.at(-1)?.id).toBe(id)
  }
  isOver = true
  await Promise.all(readers)
})

test("200 clients that join a busy room receive every message once", {
  timeout: 120_000,
}, async () => {
  const server = await startServer("07-history", await ownEnvironment())
  const headers = await signUp(server, "ann")
  const talk = await talkIn([server], headers, { members: 4, inFlight: 20 })
  const joiners: SocketClient[] = []
  while (joiners.length < 200) {
    const some = await join([server], headers, 10)
    await Promise.all(some.map((joiner) => joiner.nextFrames(60)))
    // They leave, so that the server has time for the messages.
    await Promise.all(some.map((joiner) => joiner.close()))
    joiners.push(...some)
  }
  await talk.end()
  const all = idsOf(talk.member)
  for (const joiner of joiners) {
    const seen = idsOf(joiner)
    const begin = all.indexOf(Math.min(...seen))
    expect(seen).toEqual(all.slice(begin, begin + seen.length))
  }
})

test("two busy servers on one database refuse nothing and lose nothing", {
  timeout: 180_000,
}, async () => {
  const env = await ownEnvironment()
  const servers = [
    await startServer("07-history", env),
    await startServer("07-history", env),
  ]
  const headers = await signUp(servers[0] as ServerProcess, "ann")
  keepBusy(4)
  const talk = await talkIn(servers, headers, { members: 2, inFlight: 1 })
  const joiners: SocketClient[] = []
  for (let round = 0; round < 5; round++) {
    joiners.push(...(await join(servers, headers, 4)))
    await talk.goesOn()
  }
  await talk.end()
  await sawAll(joiners, talk)
})

/** Members that send a message for each of their own that they receive. */
async function talkIn(
  servers: readonly ServerProcess[],
  headers: Record<string, string>,
  { members: count, inFlight }: { members: number; inFlight: number },
) {
  const members = await join(servers, headers, count)
  let isOver = false
  const talking = members.map(async (member, index) => {
    for (let number = 0; number < inFlight; number++) member.say(`${index}`)
    for (let waiting = inFlight; waiting > 0; ) {
      const { message, error } = await member.nextFrame()
      expect(error, "the error that a sender received").toBeUndefined()
      if (message !== `${index}`) continue
      if (isOver) waiting--
      else member.say(`${index}`)
    }
  })
  const [first] = members as [SocketClient]
  return {
    member: first,
    /** Resolves when a hundred more messages have arrived. */
    async goesOn() {
      const enough = first.received.length + 100
      await expect
        .poll(() => first.received.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThan(enough)
    },
    async end() {
      isOver = true
      await Promise.all(talking)
    },
  }
}

function join(
  servers: readonly ServerProcess[],
  headers: Record<string, string>,
  count: number,
): Promise<SocketClient[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const server = servers[index % servers.length] as ServerProcess
      return connect(server, room, { headers })
    }),
  )
}

/** From its first message on, a joiner has received what a member has that was
 * there from the beginning. */
async function sawAll(
  joiners: readonly SocketClient[],
  { member }: { readonly member: SocketClient },
): Promise<void> {
  member.say("the last")
  await receives(member)
  const all = idsOf(member)
  for (const joiner of joiners) {
    await receives(joiner)
    const seen = idsOf(joiner)
    expect(seen).toEqual(all.slice(all.indexOf(Math.min(...seen))))
  }
}

async function receives(client: SocketClient): Promise<void> {
  const last = () => client.received.some((frame) => frame.includes("the last"))
  await expect.poll(last, { timeout: 30_000, interval: 5 }).toBe(true)
}

/** The ids that a client has received, in their order. */
function idsOf({ received }: SocketClient): number[] {
  const ids = received.map((frame) => Number(JSON.parse(frame).id))
  return ids.sort((one, other) => one - other)
}

/** Programs that do nothing but take CPU time from all others. */
function keepBusy(count: number): void {
  const loops: ChildProcess[] = []
  for (let index = 0; index < count; index++) {
    loops.push(spawn(process.execPath, ["-e", "for (;;) {}"]))
  }
  onTestFinished(() => {
    for (const loop of loops) loop.kill("SIGKILL")
  })
}

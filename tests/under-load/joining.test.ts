import { type ChildProcess, spawn } from "node:child_process"
import { expect, onTestFinished, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { signUp } from "../support/accounts.ts"
import { historyInProcess } from "../support/history-in-process.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const room = "/ws/chat/busy/"

test("twenty readers find every message that is committed", async () => {
  const { messages, user } = await historyInProcess()
  let isOver = false
  const readers = Array.from({ length: 20 }, async () => {
    while (!isOver) await messages.lastMessages("lobby")
  })
  for (let count = 0; count < 200; count++) {
    const { id } = await messages.create(user.id, "lobby", `${count}`)
    const last = await messages.lastMessages("lobby")
    expect(last.at(-1)?.id).toBe(id)
  }
  isOver = true
  await Promise.all(readers)
})

test("200 who join a busy room miss nothing and see nothing twice", {
  timeout: 120_000,
}, async () => {
  const server = await startServer("07-history", await ownEnvironment())
  const headers = await signUp(server, "ann")
  const talk = await talkIn([server], headers, 40)
  const joiners: SocketClient[] = []
  while (joiners.length < 200) {
    joiners.push(...(await join([server], headers, 10)))
  }
  await talk.end()
  await sawAll(joiners, talk)
})

test("two busy servers on one file refuse nothing, and nothing is missed", {
  timeout: 180_000,
}, async () => {
  const env = await ownEnvironment()
  const servers = [
    await startServer("07-history", env),
    await startServer("07-history", env),
  ]
  const headers = await signUp(servers[0] as ServerProcess, "ann")
  keepBusy(4)
  const talk = await talkIn(servers, headers, 2)
  const joiners: SocketClient[] = []
  for (let round = 0; round < 5; round++) {
    joiners.push(...(await join(servers, headers, 4)))
    await talk.goesOn()
  }
  await talk.end()
  await sawAll(joiners, talk)
})

/** Members who send a message as soon as they have received their last one. */
async function talkIn(
  servers: readonly ServerProcess[],
  headers: Record<string, string>,
  count: number,
) {
  const members = await join(servers, headers, count)
  let isOver = false
  const talking = members.map(async (member, index) => {
    for (let number = 0; !isOver; number++) {
      member.say(`${index} ${number}`)
      for (;;) {
        const { message, error } = await member.nextFrame()
        expect(error, "what a sender was told").toBeUndefined()
        if (message === `${index} ${number}`) break
      }
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
  const all = idsOf(member).sort((one, other) => one - other)
  for (const joiner of joiners) {
    await receives(joiner)
    const [first = 0] = idsOf(joiner)
    const seen = idsOf(joiner).sort((one, other) => one - other)
    expect(seen).toEqual(all.slice(all.indexOf(first)))
  }
}

async function receives(client: SocketClient): Promise<void> {
  const last = () => client.received.some((frame) => frame.includes("the last"))
  await expect.poll(last, { timeout: 30_000, interval: 5 }).toBe(true)
}

function idsOf({ received }: SocketClient): number[] {
  return received.map((frame) => Number(JSON.parse(frame).id))
}

/** Programs that do nothing but take time from all others. */
function keepBusy(count: number): void {
  const loops: ChildProcess[] = []
  for (let index = 0; index < count; index++) {
    loops.push(spawn(process.execPath, ["-e", "for (;;) {}"]))
  }
  onTestFinished(() => {
    for (const loop of loops) loop.kill("SIGKILL")
  })
}

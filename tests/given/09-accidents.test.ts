import { copyFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { stepsFolder } from "../../workbook/folders.ts"
import { logIn, post, signUp } from "../support/accounts.ts"
import { Command } from "../support/command.ts"
import { numbers } from "../support/conversation.ts"
import { useDeliveringChat } from "../support/delivering-chat.ts"
import { fill } from "../support/filled-room.ts"
import { inDatabase, openBeside } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { handshake, ownEnvironment, startServer } from "../support/servers.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

/** Sends messages, and waits until the last one has come back. */
async function write(writer: Visitor, from: number, to: number): Promise<void> {
  for (const number of numbers(from, to)) writer.say(number, number)
  await writer.upTo(`${to}`)
}

describe.each(deliveringSteps)("in %s, a restored backup", (step) => {
  test("begins a new epoch: 20 messages after it, then restored and 30 more, and no client takes them for the ones it has shown", async () => {
    const env: NodeJS.ProcessEnv = {
      ...(await ownEnvironment()),
      LIMITS: "off",
    }
    const { DATABASE_PATH: path = "" } = env
    const before = await startServer(step, env)
    const ann = await signUp(before, "ann")
    await write(await Visitor.enter(before, "lobby", ann), 1, 10)
    await before.stop()
    await copyFile(path, `${path}.backup`)

    const meanwhile = await startServer(step, env)
    const reader = await Visitor.enter(meanwhile, "lobby", ann)
    await write(reader, 11, 30)
    await meanwhile.stop()

    for (const suffix of ["-wal", "-shm"]) {
      await rm(`${path}${suffix}`, { force: true })
    }
    await copyFile(`${path}.backup`, path)
    const program = join(stepsFolder, "09-delivery", "new-epoch.ts")
    const line = `"${process.execPath}" --import tsx "${program}"`
    const { code, output } = await Command.run(line, env)
    expect(code, output).toBe(0)
    const restored = await startServer(step, env)
    await write(await Visitor.enter(restored, "lobby", ann), 101, 130)
    const lost = await reader.return(restored, "lobby", ann)
    const { epoch, recovered } = lost.joined
    expect(recovered).toBe(false)
    expect(output).toContain(`begins the epoch ${epoch}`)
    expect(epoch).not.toBe(reader.joined.epoch)
    expect(texts(lost.missed)).toEqual([
      ...numbers(1, 10),
      ...numbers(101, 130),
    ])
    // It was shown message 30 as well, and this is another one.
    expect(ids(lost.missed)).toContain(reader.position)
    const back = await lost.return(restored, "lobby", ann)
    expect(back.joined).toMatchObject({ epoch, recovered: true, count: 0 })
  })
})

describe.each(deliveringSteps)("in %s, a deleted user's messages", (step) => {
  const chat = useDeliveringChat(step)

  test.each([
    ["are gone with their user", "PRAGMA foreign_keys = ON"],
    ["that are left behind are not shown", "PRAGMA foreign_keys = OFF"],
  ])(
    "%s, and no client that has shown one misses what comes after it",
    async (what, pragma) => {
      const { env, server, other, ann, bob } = chat()
      const room = what.replaceAll(" ", "-")
      const author = `mallory-${room}`
      await inDatabase(
        env,
        `INSERT INTO users (username, password_hash) VALUES ('${author}', '')`,
      )
      await fill(env, room, 2)
      await fill(env, room, 2, { from: 3, author })
      await fill(env, room, 1, { from: 5 })
      const [, , third = 0, fourth = 0] = ids(
        (await Visitor.enter(server, room, bob)).missed,
      )
      await fill(env, room, 1, { from: 6, author })
      const reader = await Visitor.enter(server, room, bob)
      const { epoch, last } = reader.joined
      expect(texts(reader.missed)).toEqual(numbers(1, 6))

      const database = await openBeside(env)
      await database.run(pragma)
      await database.run("DELETE FROM users WHERE username = ?", author)
      for (const since of [third, fourth]) {
        const { joined, missed } = await Visitor.enter(other, room, bob, {
          since,
          epoch,
        })
        expect(joined.recovered).toBe(true)
        expect(texts(missed)).toEqual(["5"])
      }
      const again = await Visitor.enter(other, room, bob, {
        since: last,
        epoch,
      })
      expect(again.joined).toMatchObject({ recovered: true, count: 0, last })
      const newcomer = await Visitor.enter(other, room, ann)
      expect(texts(newcomer.missed)).toEqual(["1", "2", "5"])
      for (const number of ["7", "8"]) newcomer.say(number, `${room} ${number}`)
      for (const it of [reader, again, newcomer]) {
        expect(texts(await it.upTo("8"))).toEqual(["7", "8"])
      }
    },
  )
})

describe.each(deliveringSteps)("in %s, an outbox across a logout:", (step) => {
  const chat = useDeliveringChat(step)

  test("its session opens no socket; after the next login, a key means the same message as before", async () => {
    const { env, server, other, ann, bob } = chat()
    const writer = await Visitor.enter(server, "logout", ann)
    writer.say("one", "logout 1")
    const [first] = await writer.upTo("one")
    await post(server, "/logout/", {}, ann)
    expect((await writer.client.closed()).code).toBe(4001)
    const path = "/ws/chat/logout/?since="
    expect(await handshake(other, path, { headers: ann })).toBe(
      "refused with 403",
    )

    const back = await writer.return(
      other,
      "logout",
      await logIn(server, "ann"),
    )
    back.say("one", "logout 1")
    back.say("two", "logout 2")
    const frames = await back.upTo("two")
    expect(frames[0]).toEqual(first)
    expect(texts(frames)).toEqual(["two"])
    // In the same tab, another user: the server takes the key for theirs. That
    // is why the page drops what the last user has left.
    const next = await writer.return(other, "logout", bob)
    expect(texts(next.missed)).toEqual(["two"])
    next.say("one", "logout 1")
    expect((await next.next()).ack).toBe("logout 1")
    const rows = "SELECT count(*) AS count FROM messages WHERE key = 'logout 1'"
    expect(await inDatabase(env, rows)).toEqual([{ count: 2 }])
  })
})

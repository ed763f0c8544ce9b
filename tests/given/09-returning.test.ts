import { describe, expect, test } from "vitest"
import { logIn, post, signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { useDeliveringChat } from "../support/delivering-chat.ts"
import { fill } from "../support/filled-room.ts"
import { inDatabase } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"
import { type Frame, ids, texts, Visitor } from "../support/visitor.ts"

describe.each(deliveringSteps)("in %s,", (step) => {
  const chat = useDeliveringChat(step)

  test("replay twice in a row: what was sent again once is not sent a second time", async () => {
    const { env, server, other, bob } = chat()
    const first = await Visitor.enter(server, "replay", bob)
    await fill(env, "replay", 5)
    await first.drop()
    const second = await first.return(other, "replay", bob)
    expect(texts(second.missed)).toEqual(numbers(1, 5))
    await second.drop()
    const third = await second.return(server, "replay", bob)
    expect(third.joined).toMatchObject({ recovered: true, count: 0 })
    // Nor on the socket that it was sent on, when a hole is filled.
    await fill(env, "replay", 1, { from: 6 })
    third.say("7", "k7")
    expect(texts(await third.upTo("7"))).toEqual(["6", "7"])
  })

  test("replay twice in a row: a client that was cut off while it read gets the same again", async () => {
    const { env, server, other, bob } = chat()
    const first = await Visitor.enter(server, "cut", bob)
    await fill(env, "cut", 5)
    const outcomes = []
    for (const to of [other, server, other]) {
      const { missed } = await first.return(to, "cut", bob)
      outcomes.push(texts(missed))
    }
    expect(outcomes).toEqual(Array(3).fill(numbers(1, 5)))
  })

  test("recover twice in a row: each time, all that was missed", async () => {
    const { env, server, other, bob } = chat()
    const shown = []
    let visitor = await Visitor.enter(server, "twice", bob)
    for (const from of [1, 4, 7, 10]) {
      await visitor.drop()
      await fill(env, "twice", 3, { from })
      visitor = await visitor.return(other, "twice", bob)
      expect(visitor.joined).toMatchObject({ recovered: true, count: 3 })
      shown.push(...texts(visitor.missed))
    }
    expect(shown).toEqual(numbers(1, 12))
  })

  test("too much missed: after the last 50, the client goes on as if it were new", async () => {
    const { env, server, other, ann, bob } = chat()
    const first = await Visitor.enter(server, "long", bob)
    await fill(env, "long", 1_001)
    const lost = await first.return(other, "long", bob)
    expect(lost.joined.recovered).toBe(false)
    const writer = await Visitor.enter(server, "long", ann)
    writer.say("live", "long live")
    expect(texts(await lost.upTo("live"))).toEqual(["live"])
    const later = await lost.return(server, "long", bob)
    expect(later.joined).toMatchObject({ recovered: true, count: 0 })
  })

  test("too much missed: 1 MB of messages is sent, 2 MB are not, and the newest come instead", async () => {
    const { env, server, bob } = chat()
    const stored = await fill(env, "heavy", 200)
    const text = "hex(zeroblob(5000))" // 10,000 characters
    const update = `UPDATE messages SET content = ${text} WHERE room = 'heavy'`
    await inDatabase(env, update)
    const { epoch } = (await Visitor.enter(server, "quiet", bob)).joined
    const outcomes = await Promise.all(
      [0, stored[94], stored[95], stored[197]].map(async (since) => {
        const visit = { since, epoch }
        const { joined } = await Visitor.enter(server, "heavy", bob, visit)
        return [joined.recovered, joined.count]
      }),
    )
    expect(outcomes).toEqual([
      [false, 50],
      [false, 50],
      [true, 104],
      [true, 2],
    ])
  })

  test("two tabs with two positions get what each of them has missed", async () => {
    const { env, server, other, bob } = chat()
    const stored = await fill(env, "tabs", 9)
    const { epoch } = (await Visitor.enter(server, "tabs", bob)).joined
    const [early, late] = await Promise.all([
      Visitor.enter(server, "tabs", bob, { since: stored[2], epoch }),
      Visitor.enter(server, "tabs", bob, { since: stored[6], epoch }),
    ])
    expect(texts(early.missed)).toEqual(numbers(4, 9))
    expect(texts(late.missed)).toEqual(numbers(8, 9))
    const writer = await Visitor.enter(other, "tabs", bob)
    writer.say("10", "tabs 10")
    for (const tab of [early, late, writer]) {
      expect(texts(await tab.upTo("10"))).toEqual(["10"])
    }
  })

  test("sending while catching up: nothing is lost, and the own message comes last", async () => {
    const { env, server, other, ann, bob } = chat()
    await fill(env, "busy", 900)
    const { epoch } = (await Visitor.enter(server, "quiet", bob)).joined
    const writer = await Visitor.enter(other, "busy", ann)
    const path = `/ws/chat/busy/?since=0&epoch=${epoch}`
    const client = await connect(server, path, { headers: bob })
    client.send(JSON.stringify({ message: "mine", key: "while catching up" }))
    for (const number of numbers(901, 920)) writer.say(number, number)
    const received: Frame[] = []
    const isThere = (it: string) =>
      received.some(({ message }) => message === it)
    while (!isThere("mine") || !isThere("920")) {
      received.push(await client.nextFrame())
    }
    const messages = texts(received)
    const others = messages.filter((it) => it !== "mine")
    expect(others).toEqual(numbers(1, 920))
    expect(messages).toHaveLength(921)
    expect(messages.indexOf("mine")).toBeGreaterThanOrEqual(900)
    const acks = received.filter(({ ack }) => ack !== undefined)
    expect(acks).toEqual([
      { ack: "while catching up", id: ids(received)[messages.indexOf("mine")] },
    ])
  })

  test("reconnecting before the old socket is known dead: the new one gets everything once", async () => {
    const { server, other, ann, bob } = chat()
    const writer = await Visitor.enter(other, "dead", ann)
    const old = await Visitor.enter(server, "dead", bob)
    old.client.socket.pause() // its network is gone, which the server cannot see
    for (const number of numbers(1, 3)) writer.say(number, `dead ${number}`)
    await writer.upTo("3")
    const renewed = await old.return(server, "dead", bob)
    expect(texts(renewed.missed)).toEqual(numbers(1, 3))
    renewed.say("4", "dead 4")
    expect(texts(await renewed.upTo("4"))).toEqual(["4"])
    // Should its network come back, the old one has missed nothing either.
    old.client.socket.resume()
    expect(texts(await old.upTo("4"))).toEqual(numbers(1, 4))
  })
})

describe.each(deliveringSteps)("in %s, a return passes each gate:", (step) => {
  async function position(env: NodeJS.ProcessEnv = {}) {
    const own = { ...(await ownEnvironment()), ...env }
    const server = await startServer(step, own)
    const ann = await signUp(server, "ann")
    const { client, joined } = await Visitor.enter(server, "lobby", ann)
    const path = `/ws/chat/lobby/?since=0&epoch=${joined.epoch}`
    return { server, ann, client, path }
  }

  test("an ended session is refused with 403", async () => {
    const { server, ann, client, path } = await position()
    await post(server, "/logout/", {}, ann)
    expect((await client.closed()).code).toBe(4001)
    expect(await handshake(server, path, { headers: ann })).toBe(
      "refused with 403",
    )
    expect(await handshake(server, path)).toBe("refused with 403")
    const headers = await logIn(server, "ann")
    expect(await handshake(server, path, { headers })).toBe("accepted")
  })

  test("another site is refused with 403", async () => {
    const { server, ann, path } = await position()
    const headers = { ...ann, origin: "https://evil.example" }
    expect(await handshake(server, path, { headers })).toBe("refused with 403")
    const own = { ...ann, origin: `http://localhost:${server.port}` }
    expect(await handshake(server, path, { headers: own })).toBe("accepted")
  })

  test("too many sockets of one user are refused with 429", async () => {
    const { server, ann, path } = await position({ LIMIT_SOCKETS: "1" })
    expect(await handshake(server, path, { headers: ann })).toBe(
      "refused with 429",
    )
  })

  test("too many handshakes of one address are refused with 429", async () => {
    const { server, ann, path } = await position({ LIMIT_HANDSHAKES: "1" })
    const outcomes: string[] = []
    while (outcomes.length < 20 && !outcomes.includes("refused with 429")) {
      outcomes.push(await handshake(server, path, { headers: ann }))
    }
    expect(outcomes).toContain("accepted")
    expect(outcomes).toContain("refused with 429")
  })
})

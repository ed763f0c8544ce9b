import { setImmediate as turn } from "node:timers/promises"
import { expect, onTestFinished, test, vi } from "vitest"
import { batchingInProcess } from "../support/batching-in-process.ts"
import { noteErrors } from "../support/failures.ts"
import { did } from "../support/story.ts"

const say = (message: string, key?: string) => JSON.stringify({ message, key })

/** A chat whose next commit waits until it is released. */
async function heldChat() {
  let going: Promise<void> | undefined
  let goOn = () => {}
  const chat = await batchingInProcess({ beforeCommit: () => going })
  onTestFinished(() => goOn())
  return {
    ...chat,
    hold(): void {
      going = new Promise((resolve) => {
        goOn = resolve
      })
    },
    release(): void {
      did("the database goes on")
      going = undefined
      goOn()
    },
  }
}

test("each frame of a batch gets its own answer, in their order", async () => {
  const { enter, batches } = await batchingInProcess()
  const ann = await enter("ann")
  ann.send(
    say("one", "a"),
    "nonsense",
    say("two", "b"),
    say("x".repeat(10_001), "c"),
    say("another text", "a"),
    say("one", "a"),
    say("three", "d"),
  )
  const [first, ...others] = await ann.answers(7)
  const { id } = first ?? {}
  expect([first, ...others]).toEqual([
    { ack: "a", id: expect.any(Number) },
    { error: expect.stringContaining("JSON") },
    { ack: "b", id: expect.any(Number) },
    { error: expect.stringContaining("10,001"), key: "c" },
    { error: expect.stringContaining("another message"), key: "a" },
    { ack: "a", id },
    { ack: "d", id: expect.any(Number) },
  ])
  expect(batches, "commits").toEqual([
    ["one", "two", "another text", "one", "three"],
  ])
})

test("an error is told to its sender only, although others are in the batch", async () => {
  const { enter, hold, release, batches } = await heldChat()
  const [ann, bob] = [await enter("ann"), await enter("bob")]
  ann.send(say("before", "k0"))
  await ann.answers(1)
  hold()
  bob.send(say("first", "k1"))
  await turn()
  ann.send(say("another text", "k0"), say("from ann", "k2"))
  await turn()
  release()
  expect(await bob.answers(1)).toEqual([{ ack: "k1", id: expect.any(Number) }])
  bob.send(say("last", "k3"))
  expect(await ann.answers(2)).toEqual([
    { error: expect.stringContaining("another message"), key: "k0" },
    { ack: "k2", id: expect.any(Number) },
  ])
  expect(await bob.answers(1)).toEqual([{ ack: "k3", id: expect.any(Number) }])
  expect(batches.slice(1, 3)).toEqual([["first"], ["another text", "from ann"]])
})

test("of a batch with a deleted author, the others are stored and shown", async () => {
  const printed = noteErrors()
  const { enter, hold, release, batches, database, authors } = await heldChat()
  const [ann, bob, carol] = [
    await enter("ann"),
    await enter("bob"),
    await enter("carol"),
  ]
  const dave = await enter("dave")
  hold()
  carol.send(say("first", "k0"))
  await turn()
  ann.send(say("one", "k1"), say("two", "k2"))
  bob.send(say("from bob", "k3"))
  dave.send(say("three", "k4"))
  await turn()
  did("bob's account is deleted")
  await database.writer.all("DELETE FROM users WHERE id = ?", [authors.bob.id])
  release()
  const [refused] = await bob.answers(1)
  expect(refused).toEqual({
    error: "Neither saved nor sent: try it again later.",
    key: "k3",
    retryAfter: 2,
  })
  const shown = await ann.messages(4)
  const texts = shown.map(({ message }) => message)
  expect(texts).toEqual(["first", "one", "two", "three"])
  const places = shown.map(({ id, previous }) => ({ id, previous }))
  const previous = [0, ...places.map(({ id }) => id)]
  expect(places.map((place) => place.previous)).toEqual(previous.slice(0, 4))
  expect(batches[1]).toEqual(["one", "two", "from bob", "three"])
  expect(printed.join()).toContain("Not stored")
})

test("a message alone waits for the database only: for no timer, and for no other turn", async () => {
  let turns = 0
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  // What is started, not what is there: an older timer may end meanwhile.
  const started = vi.spyOn(globalThis, "setTimeout")
  onTestFinished(() => started.mockRestore())
  const seen: { what: string; turns: number; timers: number }[] = []
  const see = (what: string) => {
    seen.push({ what, turns, timers: started.mock.calls.length })
  }
  const { enter } = await batchingInProcess({
    beforeCommit: () => void see("commit"),
    afterCommit: () => void see("committed"),
  })
  const ann = await enter("ann")
  setImmediate(count)
  for (let message = 0; message < 20; message++) {
    // The timer of this wait is started before the message is sent.
    const answer = ann.next()
    see("sent")
    ann.send(say(`${message}`, `${message}`))
    await answer
    see("acknowledged")
    await ann.next()
    const [sent, commit, committed, acknowledged] = seen.splice(0)
    const before = (commit?.turns ?? 0) - (sent?.turns ?? 0)
    const after = (acknowledged?.turns ?? 0) - (committed?.turns ?? 0)
    expect({ before, after }, "turns").toEqual({ before: 0, after: 0 })
    expect(commit?.timers, "timers").toBe(sent?.timers)
    expect(committed?.timers, "timers").toBe(sent?.timers)
  }
})

test("while Redis hangs, a client with keys is answered, and sees what arrives", async () => {
  const { enter, layer } = await batchingInProcess()
  const ann = await enter("ann")
  const groupSend = layer.groupSend.bind(layer)
  layer.groupSend = () => new Promise(() => {})
  for (const key of ["a", "b"]) {
    ann.send(say("hi", key))
    expect(await ann.answers(1)).toMatchObject([{ ack: key }])
  }
  const event = { type: "chat.message", message: "still here", author: "bob" }
  await groupSend("chat_lobby", event)
  expect(await ann.messages(1)).toMatchObject([{ message: "still here" }])
})

test("a channel that is full is reported once, however much more comes", async () => {
  const { enter, hold, release, layer } = await heldChat()
  const printed = noteErrors()
  const ann = await enter("ann")
  hold()
  ann.send(say("hi", "a")) // her turn lasts as long as the commit
  const event = { type: "chat.message", message: "hi", author: "bob" }
  for (let count = 0; count < 10_200; count++) {
    await layer.groupSend("chat_lobby", event)
  }
  expect(printed).toEqual([expect.stringContaining("is full")])
  release()
})

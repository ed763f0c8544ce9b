import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { inDatabase } from "../support/in-database.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const room = "/ws/chat/lobby/"

describe.each(guardedSteps)("in %s, a server that stops", (step) => {
  test("closes its sockets with 1012, and ends when they have closed", async () => {
    const server = await startServer(step, await ownEnvironment())
    const headers = await signUp(server, "ann")
    const clients = []
    for (const name of ["first", "second", "third"]) {
      clients.push(await connect(server, room, { headers, name }))
    }
    const began = performance.now()
    expect(await server.stop()).toBe(0)
    for (const client of clients) {
      expect((await client.closed()).code).toBe(1012)
    }
    // Half of what is left for those that do not close.
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  test("has stored all that its clients have seen", async () => {
    const env = await ownEnvironment()
    const server = await startServer(step, env)
    const headers = await signUp(server, "ann")
    const ann = await connect(server, room, { headers })
    for (let count = 0; count < 20; count++) ann.say(`${count}`)
    await ann.nextFrames(3)
    await server.stop()
    await ann.closed()
    const shown = ann.received.map((frame) => JSON.parse(frame).id)
    const rows = await inDatabase<{ id: number }>(
      env,
      "SELECT id FROM messages",
    )
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(shown))
  })

  test("ends at once for a second signal, but not for an echo of the first", async () => {
    const server = await startServer(step, await ownEnvironment())
    const headers = await signUp(server, "ann")
    const ann = await connect(server, room, { headers })
    const bob = await connect(server, room, { headers, name: "Bob" })
    // Its close frame waits unread, so the server waits for it.
    ann.socket.pause()
    // Both signals wait for a process that is paused: it gets them together,
    // however busy the machine is.
    process.kill(server.pid, "SIGSTOP")
    process.kill(server.pid, "SIGINT")
    process.kill(server.pid, "SIGTERM")
    process.kill(server.pid, "SIGCONT")
    // When Bob's socket closes, the server has begun to stop.
    expect((await bob.closed()).code).toBe(1012)
    await delay(600) // an echo comes within 500 ms
    expect(server.output).not.toContain("Stopped at once")
    expect(server.hasCrashed, "whether it has ended").toBe(false)
    process.kill(server.pid, "SIGTERM")
    await server.printed(/Stopped at once/)
  })
})

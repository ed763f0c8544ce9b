import { readFile } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { flood, floodPatience, wholeFlood } from "../support/flood.ts"
import { connect, startServer } from "../support/servers.ts"

test(
  "fifty clients that send at once receive 2,000 of 2,000 messages",
  async () => {
    const server = await startServer("04-groups")
    const received = await flood(() => connect(server, "/ws/chat/flood/"))
    for (const one of received) expect(one).toEqual(wholeFlood)
  },
  floodPatience,
)

describe("a client that stops reading", () => {
  const size = 1_000
  const messages = 25_000

  test("delays no other client, uses little memory, and is closed with 1013", async () => {
    const server = await startServer("04-groups")
    const slow = await connect(server, "/ws/chat/slow/", { name: "Slow Bob" })
    const ann = await connect(server, "/ws/chat/slow/", { name: "Ann" })
    slow.socket.pause()
    for (let count = 0; count < messages; count++) {
      ann.say(`${count} `.padEnd(size, "x"))
    }
    const frames = await ann.nextFrames(messages)
    const counts = frames.map(({ message }) =>
      Number.parseInt(`${message}`, 10),
    )
    expect(counts).toEqual(Array.from({ length: messages }, (_, it) => it))
    await server.printed(/is full: closing it with 1013/)
    expect(await residentMegabytes(server.pid)).toBeLessThan(400)
    slow.socket.resume()
    expect(await slow.closed()).toMatchObject({ code: 1013 })
  })

  /** At most 10,000 messages wait for one reader, which is 10 MB here. */
  async function residentMegabytes(pid: number): Promise<number> {
    if (process.platform !== "linux") return 0
    const status = await readFile(`/proc/${pid}/status`, "utf8")
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
  }
})

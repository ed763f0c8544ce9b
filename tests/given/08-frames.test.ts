import { describe, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { memoryMb } from "../support/memory.ts"
import { RawRequest } from "../support/raw-request.ts"
import { connect, useServer } from "../support/servers.ts"

const room = "/ws/chat/lobby/"
const mask = [0, 0, 0, 0]
const count = 200_000

/** A masked frame without data. */
const frame = (first: number) => Buffer.from([first, 0x80, ...mask])

const texts: readonly [what: string, first: number, rest: number][] = [
  ["pings, whose answers it does not read", 0x89, 0x89],
  ["parts of one message, all of them empty", 0x01, 0x00],
]

describe.each(guardedSteps)(
  "in %s, a client that sends without end",
  (step) => {
    const server = useServer(step, { TRUST_PROXY: "1" })
    test.each(texts)(
      "%s, costs little and disturbs no other",
      async (_what, first, rest) => {
        const headers = await signUp(server(), `sender-${first}`)
        const other = await connect(server(), room, { headers })
        const before = memoryMb(server())
        const request = await RawRequest.upgrade(server().port, room, {
          Cookie: headers.cookie,
        })
        expect(await request.status()).toBe(101)
        request.write(frame(first))
        const rests = Buffer.concat(Array(1_000).fill(frame(rest)))
        for (let sent = 0; sent < count; sent += 1_000) request.write(rests)
        other.say("still here")
        expect((await other.nextFrame()).message).toBe("still here")
        request.reset()
        expect(memoryMb(server()) - before).toBeLessThan(64)
      },
    )

    test("is not offered compression, which makes small frames huge", async () => {
      const headers = await signUp(server(), "squeezer")
      const request = await RawRequest.upgrade(server().port, room, {
        Cookie: headers.cookie,
        "Sec-WebSocket-Extensions": "permessage-deflate",
      })
      const head = (await request.head()).join("\n").toLowerCase()
      expect(head).toContain("101 switching")
      expect(head).not.toContain("sec-websocket-extensions")
    })
  },
)

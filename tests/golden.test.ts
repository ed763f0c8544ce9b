import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import { signUp } from "./support/accounts.ts"
import { brokenFrames, frames, handshakes } from "./support/golden.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, useServer } from "./support/servers.ts"

const cases = [
  { step: "05-redis", hasAccounts: false },
  { step: "07-history", hasAccounts: true },
]

describe.each(cases)("beside the Django original, $step", (given) => {
  const server = useServer(given.step)
  let headers: Record<string, string> = {}
  beforeAll(async () => {
    if (given.hasAccounts) headers = await signUp(server(), "golden")
  })

  test.each(handshakes.map(named))("%s", async (_name, row) => {
    const { port } = server()
    const lines = { ...row.lines, ...headers }
    const request = await RawRequest.upgrade(port, row.path, lines)
    const status = (given.hasAccounts && row.withSession) || row.status
    expect(await request.status()).toBe(status)
    if (status !== 101) return
    const room = await connect(server(), "/ws/chat/marker/", { headers })
    room.say("still well")
    expect(await room.nextFrame()).toMatchObject({ message: "still well" })
  })

  test("A02, A24, A25: the answer accepts no offered subprotocol or extension", async () => {
    const { port } = server()
    const request = await RawRequest.upgrade(port, "/ws/chat/lobby/", {
      ...headers,
      "Sec-WebSocket-Protocol": "chat",
      "Sec-WebSocket-Extensions": "permessage-deflate",
    })
    const [, ...lines] = await request.head()
    const names = lines.map((line) => line.split(":")[0])
    expect(names).toEqual(["Upgrade", "Connection", "Sec-WebSocket-Accept"])
  })

  test.each(frames.map(named))("%s", async (_name, row) => {
    const client = await enter()
    client.send(row.frame)
    if ("code" in row.answer) {
      expect(await client.closed()).toMatchObject(row.answer)
      return
    }
    const frame = await client.nextFrame()
    if ("error" in row.answer) expect(frame.error).toMatch(row.answer.error)
    else expect(frame).toMatchObject(authored(row.answer.message))
    client.say("marker")
    expect(await client.nextFrame()).toMatchObject(authored("marker"))
  })

  test("B32: a frame in three fragments", async () => {
    const client = await enter()
    client.socket.send('{"mess', { fin: false })
    client.socket.send('age":"fr', { fin: false })
    client.socket.send('ag"}')
    expect(await client.nextFrame()).toMatchObject(authored("frag"))
  })

  test.each(brokenFrames.map(named))("%s", async (_name, { bytes, code }) => {
    const path = "/ws/chat/lobby/"
    const request = await RawRequest.upgrade(server().port, path, headers)
    await request.head()
    request.write(Buffer.from(bytes))
    expect(await request.closeCode()).toBe(code)
  })

  test("B40: good, bad, good (Django: closed with 1011)", async () => {
    const client = await enter()
    client.say("1")
    client.send("bad")
    client.say("2")
    // An error is sent at once, but a message goes through the room first.
    const answers = await client.nextFrames(3)
    expect(answers.filter(({ error }) => error)).toHaveLength(1)
    expect(answers.filter(({ error }) => !error)).toMatchObject([
      authored("1"),
      authored("2"),
    ])
  })

  /** A new room for every frame, as when the original was recorded. */
  function enter() {
    return connect(server(), `/ws/chat/${randomUUID()}/`, { headers })
  }

  function authored(message: string) {
    return given.hasAccounts ? { message, author: "golden" } : { message }
  }
})

interface Row {
  readonly id: string
  readonly what: string
  readonly django?: string
  readonly why?: string
}

function named<Named extends Row>(row: Named): [name: string, row: Named] {
  const { id, what, django, why } = row
  const reason = why ? `; ours: ${why}` : ""
  const difference = django ? ` (Django: ${django}${reason})` : ""
  return [`${id}: ${what}${difference}`, row]
}

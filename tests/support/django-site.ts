import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest"
import { BesideDjango } from "../../workbook/demos/beside-django.ts"
import { SocketClient } from "../../workbook/processes/socket-client.ts"
import { showWhatItPrinted } from "./failures.ts"
import { teller } from "./story.ts"
import { django } from "./with-django.ts"

export const people = ["ann", "bob"] as const

/** Django and step 11 beside it, for all tests of a block.
 * @returns a function that returns them, within a test */
export function useBesideDjango(
  layer: "core" | "pubsub",
  more: NodeJS.ProcessEnv = {},
): () => BesideDjango {
  let both: BesideDjango
  beforeAll(async () => {
    if (!django) return
    const CHANNEL_PREFIX = `test-${randomUUID()}`
    const env = { CHANNEL_PREFIX, CHANNEL_LAYER: layer, LIMITS: "off", ...more }
    const options = { django, step: "11-django", env, names: people }
    both = await BesideDjango.start(options)
  })
  beforeEach(() => showWhatItPrinted(both.server))
  afterAll(() => both?.stop())
  return () => both
}

/** A client in a room of one of the servers, closed when the test ends. */
export async function enter(
  server: { socketUrl(path: string): string },
  room: string,
  headers: Readonly<Record<string, string>>,
  name: string,
): Promise<SocketClient> {
  const url = server.socketUrl(`/ws/chat/${encodeURIComponent(room)}/`)
  const client = await SocketClient.open(url, { headers, name, did: teller() })
  onTestFinished(() => client.socket.terminate())
  return client
}

import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { connect } from "./servers.ts"

/** "3", "4" and so on: messages that are their own number. */
export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`)
}

/** Sends messages to a room, and waits until all have come back. */
export async function say(
  server: ServerProcess,
  room: string,
  headers: Record<string, string>,
  messages: readonly string[],
): Promise<void> {
  const client = await connect(server, room, { headers })
  for (const message of messages) client.say(message)
  for (;;) {
    const { message, error } = await client.nextFrame()
    if (error !== undefined) throw new Error(`Refused: ${error}`)
    if (message === messages.at(-1)) break
  }
  await client.close()
}

/** What a client that joins a room receives before its own first message. */
export async function historyOf(
  server: ServerProcess,
  room: string,
  headers: Record<string, string>,
): Promise<unknown[]> {
  const client = await connect(server, room, { headers })
  client.say("marker")
  const messages = []
  for (;;) {
    const { message, error } = await client.nextFrame()
    if (error !== undefined) throw new Error(`Refused: ${error}`)
    if (message === "marker") return messages
    messages.push(message)
  }
}

import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { inDatabase } from "./in-database.ts"

interface Row {
  readonly id: number
  readonly message: string
  readonly author: string
  readonly timestamp: string
}

/**
 * Stores messages in a room as another process would, without an event: "1",
 * "2" and so on, or from another number on.
 * @param room a name without quotes
 * @returns their ids
 */
export async function fill(
  env: NodeJS.ProcessEnv,
  room: string,
  count: number,
  { from = 1, author = "ann" } = {},
): Promise<number[]> {
  const rows = await inDatabase<{ id: number }>(
    env,
    `WITH RECURSIVE numbers (number) AS (
       SELECT ${from} WHERE ${count} > 0
       UNION ALL
       SELECT number + 1 FROM numbers WHERE number + 1 < ${from + count}
     )
     INSERT INTO messages (author_id, room, content)
     SELECT users.id, '${room}', number
     FROM numbers, users WHERE username = '${author}'
     RETURNING id`,
  )
  return rows.map(({ id }) => id)
}

/** The events of a room's messages, oldest first, as they are sent when the
 * messages are stored. */
export async function eventsOf(
  env: NodeJS.ProcessEnv,
  room: string,
): Promise<(Row & LayerEvent)[]> {
  const rows = await inDatabase<Row>(
    env,
    `SELECT messages.id, content AS message, username AS author, timestamp
     FROM messages JOIN users ON users.id = author_id
     WHERE room = '${room}' ORDER BY messages.id`,
  )
  return rows.map((row, index) => {
    const previous = rows[index - 1]?.id ?? 0
    return { type: "chat.message", ...row, previous }
  })
}

import type { User } from "../../steps/06-accounts/users.ts"
import type { MessageEvent } from "../../steps/09-delivery/messages/message-event.ts"
import { load } from "./load.ts"
import { addUser, openOwnDatabase } from "./own-database.ts"
import { did } from "./story.ts"

const { deliveryMigrations } = await load<
  typeof import("../../steps/09-delivery/migrations.ts")
>("09-delivery/migrations.ts")
const { PlacedMessages } = await load<
  typeof import("../../steps/09-delivery/messages/placed-messages.ts")
>("09-delivery/messages/placed-messages.ts")
const { eventOf } = await load<
  typeof import("../../steps/09-delivery/messages/message-event.ts")
>("09-delivery/messages/message-event.ts")

/** The messages of step 9, in a database of their own. Counts the queries that
 * readers make, and calls a hook before each of them.
 * @param beforeReading may wait, or throw */
export async function ownMessages(
  beforeReading: () => void | Promise<void> = () => {},
) {
  const database = await openOwnDatabase(deliveryMigrations)
  const count = { after: 0, newestIds: 0 }
  class CountedMessages extends PlacedMessages {
    override async after(room: string, id: number, most: number) {
      count.after++
      await beforeReading()
      return super.after(room, id, most)
    }

    override async newestIds(rooms: readonly string[]) {
      count.newestIds++
      await beforeReading()
      return super.newestIds(rooms)
    }
  }
  const messages = new CountedMessages(database)
  const users = new Map<string, User>()

  async function user(name: string): Promise<User> {
    const known = users.get(name) ?? (await addUser(database, name))
    users.set(name, known)
    return known
  }

  /** Stores a message of ann's as another process does. The ids of a room are
   * not in sequence: other rooms have messages as well.
   * @returns the event that its process sends */
  async function stored(text: string, room = "lobby"): Promise<MessageEvent> {
    const { id: author } = await user("ann")
    const [placed] = await database.writer.all<{ id: number }>(
      "INSERT INTO messages (author_id, room, content) VALUES (?, ?, ?) RETURNING id",
      [author, room, text],
    )
    await database.writer.all(
      "INSERT INTO messages (author_id, room, content) VALUES (?, 'elsewhere', '')",
      [author],
    )
    const id = placed?.id ?? 0
    const [row] = await new PlacedMessages(database).after(room, id - 1, 1)
    if (!row) throw new Error(`The message ${id} is not there`)
    did(`"${text}" is stored in ${room}: id ${id}, previous ${row.previous}`)
    return eventOf(row)
  }

  return { database, messages, count, user, stored }
}

import type { NewMessage } from "../../steps/10-batching/commits/batched-messages.ts"
import { load } from "./load.ts"
import { addUser, openOwnDatabase } from "./own-database.ts"
import { did } from "./story.ts"

const { deliveryMigrations } = await load<
  typeof import("../../steps/09-delivery/migrations.ts")
>("09-delivery/migrations.ts")
const { BatchedMessages } = await load<
  typeof import("../../steps/10-batching/commits/batched-messages.ts")
>("10-batching/commits/batched-messages.ts")

type Writing = Omit<NewMessage, "authorId" | "room"> & {
  readonly author?: "ann" | "bob"
  readonly room?: string
}

interface Hooks {
  /** May wait, or throw. */
  readonly beforeCommit?: () => void | Promise<void>
  readonly afterCommit?: () => void
}

/** The messages of step 10, in a database of their own. Notes what each batch
 * stores, and calls hooks before and after that. */
export async function ownBatches({
  beforeCommit = () => {},
  afterCommit = () => {},
}: Hooks = {}) {
  const database = await openOwnDatabase(deliveryMigrations)
  const authors = {
    ann: await addUser(database, "ann"),
    bob: await addUser(database, "bob"),
  }
  /** The texts of each batch. */
  const batches: string[][] = []
  class WatchedMessages extends BatchedMessages {
    override async createMany(messages: readonly NewMessage[]) {
      const texts = messages.map(({ content }) => content)
      batches.push(texts)
      did(`one commit is to store ${texts.length}: ${shown(texts)}`)
      await beforeCommit()
      return super.createMany(messages).finally(afterCommit)
    }
  }
  const messages = new WatchedMessages(database)

  /** A message of ann's in the lobby, unless it is another's. */
  function of(writing: Writing | string): NewMessage {
    const all = typeof writing === "string" ? { content: writing } : writing
    const { author = "ann", room = "lobby", ...rest } = all
    return { authorId: authors[author].id, room, ...rest }
  }

  /** Every row of the table, as another process reads it. */
  async function rows(): Promise<Row[]> {
    return database.reader.all<Row>(
      `SELECT messages.id, username AS author, room, content, key
       FROM messages LEFT JOIN users ON users.id = author_id
       ORDER BY messages.id`,
    )
  }

  return { database, messages, authors, batches, of, rows }
}

export interface Row {
  readonly id: number
  readonly author: string
  readonly room: string
  readonly content: string
  readonly key: string | null
}

function shown(texts: readonly string[]): string {
  return texts.length > 6 ? `${texts.slice(0, 6).join(", ")} …` : texts.join()
}

import {
  type Placed,
  PlacedMessages,
  previous,
} from "../../09-delivery/messages/placed-messages.ts"

/** A message that is to be stored. */
export interface NewMessage {
  readonly authorId: number
  readonly room: string
  readonly content: string
  readonly key?: string | undefined
}

interface Row extends Placed {
  readonly authorId: number
  readonly key: string | null
}

/** Stores many messages in one commit. */
export class BatchedMessages extends PlacedMessages {
  /** Resolves when all of them are committed, in their order. One that cannot be
   * stored fails alone. Never throws.
   * @returns for each message, what `create` returns or throws */
  async createMany(
    messages: readonly NewMessage[],
  ): Promise<PromiseSettledResult<Placed>[]> {
    let rows: Row[]
    try {
      rows = await this.insert(messages)
    } catch (reason) {
      // Nothing was stored. Perhaps one of them is bad: its author was deleted.
      if (isConstraint(reason)) return this.createEach(messages)
      return messages.map(() => ({ status: "rejected", reason }))
    }
    return this.match(messages, rows)
  }

  /** Finds the row of each message: fewer rows come back than were sent if a key
   * was known already. */
  private match(
    messages: readonly NewMessage[],
    rows: readonly Row[],
  ): Promise<PromiseSettledResult<Placed>[]> {
    // #region match
    const unnamed = rows.filter(({ key }) => key === null)
    const named = new Map(rows.map((row) => [nameOf(row), row]))
    const found = messages.map(async (message) => {
      if (message.key === undefined) return unnamed.shift() as Row
      const name = nameOf(message)
      const row = named.get(name)
      named.delete(name)
      return row ?? this.createOne(message)
    })
    return Promise.allSettled(found)
    // #endregion match
  }

  private createEach(messages: readonly NewMessage[]) {
    return Promise.allSettled(messages.map((it) => this.createOne(it)))
  }

  private createOne({ authorId, room, content, key }: NewMessage) {
    return this.create(authorId, room, content, key)
  }

  // #region insert
  private async insert(messages: readonly NewMessage[]): Promise<Row[]> {
    const values = messages.map(() => "(?, ?, ?, ?)").join()
    const rows = await this.database.writer.all<Row>(
      `INSERT INTO messages (author_id, room, content, key) VALUES ${values}
       ON CONFLICT (author_id, key) DO NOTHING
       RETURNING id, timestamp, author_id AS authorId, key, ${previous}`,
      messages.flatMap(({ authorId, room, content, key = null }) => {
        return [authorId, room, content, key]
      }),
    )
    // SQLite returns them in any order; their ids are in the order of the values.
    return rows.sort((one, other) => one.id - other.id)
  }
  // #endregion insert
}

/** In JSON: a row without a key is not one with the key "null". */
function nameOf({ authorId, key }: NewMessage | Row): string {
  return JSON.stringify([authorId, key])
}

function isConstraint(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "SQLITE_CONSTRAINT"
}

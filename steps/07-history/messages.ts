import type { Database } from "../06-accounts/database/open-database.ts"

export interface Message {
  /** Grows with every message of any room. */
  readonly id: number
  readonly author: string
  readonly content: string
  /** When it was stored: ISO 8601, UTC, with milliseconds. */
  readonly timestamp: string
}

/** What the database decides when it stores a message. */
export type Stored = Pick<Message, "id" | "timestamp">

/** What can replace `Messages`. */
export type MessageStore = Pick<Messages, keyof Messages>

/** Mirrors the notes' `Message` model, and adds the room. */
export class Messages {
  constructor(protected readonly database: Database) {}

  // #region messages
  /** Resolves when the message is committed.
   * @throws Error if it is not stored */
  async create(
    authorId: number,
    room: string,
    content: string,
  ): Promise<Stored> {
    // #region create
    const [stored] = await this.database.writer.all<Stored>(
      `INSERT INTO messages (author_id, room, content) VALUES (?, ?, ?)
       RETURNING id, timestamp`,
      [authorId, room, content],
    )
    if (!stored) throw new Error("SQLite returned no row for a new message")
    return stored
    // #endregion create
  }

  /** @returns the newest messages of the room, oldest first */
  async lastMessages(room: string, count = 10): Promise<Message[]> {
    // #region last-messages
    const newestFirst = await this.database.reader.all<Message>(
      `SELECT messages.id, username AS author, content, timestamp
       FROM messages JOIN users ON users.id = author_id
       WHERE room = ? ORDER BY messages.id DESC LIMIT ?`,
      [room, count],
    )
    return newestFirst.reverse()
    // #endregion last-messages
  }
  // #endregion messages
}

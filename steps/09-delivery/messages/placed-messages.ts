import { SenderError } from "../../01-echo/consumer/sender-error.ts"
import type { Parameter } from "../../06-accounts/database/connection.ts"
import { Messages } from "../../07-history/messages.ts"
import type { PlacedMessage } from "./message-event.ts"

/** What the database decides when it stores a message. */
export interface Placed
  extends Pick<PlacedMessage, "id" | "timestamp" | "previous"> {
  /** Whether it was stored before, with the same key. */
  readonly isRepeat?: boolean
}

/** What can replace `PlacedMessages`. */
export type PlacedMessageStore = Pick<PlacedMessages, keyof PlacedMessages>

/** Which database this is, and how far its messages go. */
export interface Top {
  readonly epoch: string
  /** The highest id that any message ever had. */
  readonly highest: number
}

interface InRoom extends PlacedMessage {
  readonly room: string
}

// #region previous
/** Computed, never stored: messages of step 7 have it as well. */
export const previous = `coalesce((
  SELECT max(id) FROM messages AS earlier
  WHERE earlier.room = messages.room AND earlier.id < messages.id
), 0) AS previous`
// #endregion previous

/** Messages with their place in the room, stored once for each key. */
export class PlacedMessages extends Messages {
  /** What selects the author's name, and where it is. */
  protected readonly author: string = "username"
  protected readonly authors: string = "users ON users.id = author_id"

  /** Resolves when the message is committed. A message that the author has sent
   * before, with the same key, is not stored again: its first place is returned.
   * @throws SenderError if the key belongs to another message
   * @throws Error if it is not stored */
  override async create(
    authorId: number,
    room: string,
    content: string,
    key?: string,
  ): Promise<Placed> {
    // #region acknowledge-repeat
    const [placed] = await this.database.writer.all<Placed>(
      `INSERT INTO messages (author_id, room, content, key) VALUES (?, ?, ?, ?)
       ON CONFLICT (author_id, key) DO NOTHING
       RETURNING id, timestamp, ${previous}`,
      [authorId, room, content, key ?? null],
    )
    if (placed) return placed
    const first = await this.withKey(authorId, key)
    if (first?.room === room && first.content === content) return first
    throw new SenderError("This key belongs to another message of yours.")
    // #endregion acknowledge-repeat
  }

  override async lastMessages(
    room: string,
    count = 10,
  ): Promise<PlacedMessage[]> {
    return this.before(room, Number.MAX_SAFE_INTEGER, count)
  }

  /** @param bytes about how many the messages may take
   * @returns the newest messages before that id, oldest first: at least one, if
   * there is one */
  async before(
    room: string,
    id: number,
    count: number,
    bytes = Number.MAX_SAFE_INTEGER,
  ): Promise<PlacedMessage[]> {
    const sql = `messages.id IN (
      SELECT id FROM (
        SELECT id, size, sum(size) OVER (ORDER BY id DESC) AS total FROM (
          SELECT messages.id, octet_length(content) AS size
          FROM messages JOIN users ON users.id = author_id
          WHERE room = ? AND messages.id < ? ORDER BY messages.id DESC LIMIT ?
        )
      ) WHERE total - size < ?
    ) ORDER BY messages.id DESC`
    return (await this.select(sql, [room, id, count, bytes])).reverse()
  }

  /** @returns the oldest messages after that id, oldest first */
  async after(
    room: string,
    id: number,
    count: number,
  ): Promise<PlacedMessage[]> {
    const sql = "room = ? AND messages.id > ? ORDER BY messages.id LIMIT ?"
    return this.select(sql, [room, id, count])
  }

  /** @returns the newest messages after that id, oldest first */
  async newestAfter(
    room: string,
    id: number,
    count: number,
  ): Promise<PlacedMessage[]> {
    const sql = "room = ? AND messages.id > ? ORDER BY messages.id DESC LIMIT ?"
    return (await this.select(sql, [room, id, count])).reverse()
  }

  /** Looks at sizes only, which takes far less than reading the messages.
   * @returns the id after which the newest messages take at most so many bytes;
   * 0 if all after the given id do */
  async lastBeyond(
    room: string,
    id: number,
    count: number,
    bytes: number,
  ): Promise<number> {
    const [row] = await this.database.reader.all<{ id: number }>(
      `SELECT coalesce(max(id), 0) AS id FROM (
         SELECT id, sum(size) OVER (ORDER BY id DESC) AS total FROM (
           SELECT id, octet_length(content) AS size FROM messages
           WHERE room = ? AND id > ? ORDER BY id DESC LIMIT ?
         )
       ) WHERE total > ?`,
      [room, id, count, bytes],
    )
    return row?.id ?? 0
  }

  /** @returns by room: the id of its newest message; no entry if it has none */
  async newestIds(rooms: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.reader.all<{ room: string; id: number }>(
      `SELECT value AS room,
         (SELECT max(id) FROM messages WHERE room = value) AS id
       FROM json_each(?) WHERE id IS NOT NULL`,
      [JSON.stringify(rooms)],
    )
    return new Map(rows.map(({ room, id }) => [room, id]))
  }

  async top(): Promise<Top> {
    const [top] = await this.database.reader.all<Top>(
      `SELECT name AS epoch, coalesce((
         SELECT seq FROM sqlite_sequence WHERE name = 'messages'
       ), 0) AS highest FROM epoch`,
    )
    if (!top) throw new Error("The database has no epoch")
    return top
  }

  private async withKey(
    authorId: number,
    key: string | undefined,
  ): Promise<(InRoom & Placed) | undefined> {
    const sql = "author_id = ? AND key = ?"
    const [found] = await this.select(sql, [authorId, key ?? null])
    return found && { ...found, isRepeat: true }
  }

  private select(
    where: string,
    parameters: readonly Parameter[],
  ): Promise<InRoom[]> {
    return this.database.reader.all(
      `SELECT messages.id, room, ${this.author} AS author, content, timestamp,
         key, ${previous}
       FROM messages JOIN ${this.authors} WHERE ${where}`,
      parameters,
    )
  }
}

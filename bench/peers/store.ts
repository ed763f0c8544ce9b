import sqlite3 from "sqlite3"

interface Stored {
  readonly id: number
  readonly timestamp: string
}

/** Stores a message, then calls back; without a database at once. */
type Store = (
  room: string,
  message: string,
  done: (stored: Stored | undefined) => void,
) => void

interface Waiting {
  readonly room: string
  readonly message: string
  readonly done: (stored: Stored) => void
}

const busyTimeoutMs = 10_000

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    content TEXT NOT NULL,
    timestamp TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
  );
  CREATE INDEX IF NOT EXISTS messages_by_room ON messages (room, id);
`

const insertOne = `
  INSERT INTO messages (room, content) VALUES (?, ?) RETURNING id, timestamp`

const insertBatch = `
  INSERT INTO messages (room, content)
  SELECT value ->> 0, value ->> 1 FROM json_each(?) ORDER BY key
  RETURNING id, timestamp`

/** @param how "batch": all that wait in one INSERT; "each": one INSERT for
 * each; otherwise nothing is stored */
export async function openStore(
  how: string | undefined,
  filename = "",
): Promise<Store> {
  if (how !== "batch" && how !== "each") {
    return (_room, _message, done) => done(undefined)
  }
  const database = await open(filename)
  const most = how === "batch" ? Number.POSITIVE_INFINITY : 1
  const waiting: Waiting[] = []
  let isBusy = false
  function work(): void {
    const batch = waiting.splice(0, most)
    isBusy = batch.length > 0
    if (!isBusy) return
    const values = batch.map(({ room, message }) => [room, message])
    const [sql, parameters] =
      how === "each"
        ? [insertOne, values[0]]
        : [insertBatch, [JSON.stringify(values)]]
    database.all<Stored>(sql, parameters, (error, rows) => {
      if (error) throw error
      rows.sort((one, other) => one.id - other.id)
      for (const [index, { done }] of batch.entries()) {
        done(rows[index] as Stored)
      }
      work()
    })
  }
  return (room, message, done) => {
    waiting.push({ room, message, done })
    if (!isBusy) work()
  }
}

function open(filename: string): Promise<sqlite3.Database> {
  const database = new sqlite3.Database(filename)
  database.configure("busyTimeout", busyTimeoutMs)
  return new Promise((resolve, reject) => {
    database.exec(schema, (error) => {
      if (error) reject(error)
      else resolve(database)
    })
  })
}

import { openBeside } from "./in-database.ts"

/** Stores messages that no server sends: "1", "2" and so on.
 * @param author one of the users */
export async function fillRoom(
  env: NodeJS.ProcessEnv,
  room: string,
  author: string,
  count: number,
): Promise<void> {
  const database = await openBeside(env)
  await database.run(
    `INSERT INTO messages (author_id, room, content)
     SELECT users.id, ?, key + 1 FROM users, json_each(?) WHERE username = ?`,
    room,
    JSON.stringify(Array(count).fill(0)),
    author,
  )
}

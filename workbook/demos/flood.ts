import type { ServerProcess } from "../processes/server-process.ts"
import { enter, signUp } from "./visitor.ts"

const count = 2_000

/** One client sends much more than anyone can read. */
export async function flood(server: ServerProcess): Promise<string> {
  const ann = await enter(server, await signUp(server, "ann"))
  const mallory = await enter(server, await signUp(server, "mallory"))
  for (let index = 0; index < count; index++) mallory.say(`spam ${index}`)
  const { length: told, code } = await answersTo(mallory)
  ann.say("the end")
  let shown = 0
  for (;;) {
    const { message } = await ann.nextFrame()
    if (message === "the end") break
    shown++
  }
  await ann.close()
  const ending = code
    ? `is told ${told} times to wait, and disconnected with ${code}`
    : "is told nothing"
  return `Ann sees ${shown} of them; Mallory ${ending}.`
}

/** Reads until the socket closes, or all messages have come back. */
async function answersTo(client: Awaited<ReturnType<typeof enter>>) {
  let [told, seen] = [0, 0]
  try {
    while (seen + told < count) {
      const { error } = await client.nextFrame()
      if (error === undefined) seen++
      else told++
    }
    await client.close()
    return { length: told, code: undefined }
  } catch {
    const { code } = await client.closed()
    return { length: told, code }
  }
}

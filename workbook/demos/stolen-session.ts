import type { ServerProcess } from "../processes/server-process.ts"
import { enter, signUp } from "./visitor.ts"

/** A socket that was opened with a stolen cookie, after the logout. */
export async function stolenSession(server: ServerProcess): Promise<string> {
  const ann = await signUp(server, "ann")
  const mallory = await enter(server, ann)
  const bob = await enter(server, await signUp(server, "bob"))
  const how = {
    method: "POST",
    headers: { ...ann },
    redirect: "manual",
  } as const
  await fetch(server.url("/logout/"), how)
  const began = performance.now()
  try {
    const { code } = await mallory.closed()
    const ms = Math.ceil(performance.now() - began)
    return `Mallory's socket is closed with ${code}, ${ms} ms later.`
  } catch {
    // It is still open, after as long as we wait for anything.
    mallory.say("it is me, Ann")
    const { author, message } = await bob.nextFrame()
    return `Bob still receives "${message}" from ${author}.`
  } finally {
    mallory.socket.terminate()
    bob.socket.terminate()
  }
}

import { setTimeout as delay } from "node:timers/promises"
import { onTestFinished } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { signUp } from "./accounts.ts"
import { connect } from "./servers.ts"

/** Below the limit of messages, for each of them. */
const everyMs = 250
const count = 5

/** What honest people notice of an attack: how long their messages take. */
export class Probe {
  private readonly tookMs: number[] = []
  private isOver = false
  private readonly ends: Promise<void>[] = []

  /** Some people in a room of their own, who write until `figures`.
   * @param room another one than the attacker's, or the same */
  static async start(server: ServerProcess, room: string): Promise<Probe> {
    const probe = new Probe()
    onTestFinished(() => {
      probe.isOver = true
    })
    for (let index = 0; index < count; index++) {
      const headers = await signUp(server, `probe-${index}`)
      const client = await connect(server, room, { headers })
      probe.ends.push(probe.write(client, `probe-${index}`))
    }
    return probe
  }

  /** Stops. @returns how long messages took, in ms: half of them, 99 of 100 */
  async figures(): Promise<{ p50: number; p99: number; count: number }> {
    this.isOver = true
    await Promise.all(this.ends)
    const sorted = this.tookMs.sort((one, other) => one - other)
    const at = (part: number) => {
      return Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? -1)
    }
    return { p50: at(0.5), p99: at(0.99), count: sorted.length }
  }

  private async write(client: SocketClient, author: string): Promise<void> {
    for (let index = 0; !this.isOver; index++) {
      const message = `${author} ${index}`
      const sentAt = performance.now()
      client.say(message)
      while ((await client.nextFrame()).message !== message);
      this.tookMs.push(performance.now() - sentAt)
      await delay(everyMs)
    }
  }
}

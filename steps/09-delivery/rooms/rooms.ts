import { setImmediate as nextTurn } from "node:timers/promises"
import type { ChannelLayer } from "../../04-groups/channel-layer.ts"
import { OneLook } from "../../08-guard/sessions/one-look.ts"
import type { PlacedMessageStore } from "../messages/placed-messages.ts"
import { Room } from "./room.ts"
import { Unsent } from "./unsent.ts"

/** Ringing takes time, which other clients wait for: so many at once. */
const atOnce = 500

export interface RoomsOptions {
  /** How often the rooms are looked at while the layer may lose events. */
  readonly lookMs?: number
  /** How often they are looked at in any case, in multiples of that. */
  readonly heartbeat?: number
}

/** All rooms that have members in this process. They are looked at with each
 * heartbeat: an event may be lost, and nothing may come after it that shows the
 * hole. While the layer does not reach all processes, they are looked at every
 * second. */
export class Rooms {
  private readonly rooms = new Map<string, Room>()
  private readonly looks = new OneLook(() => this.look())
  private readonly timer: NodeJS.Timeout
  private readonly stopListening: () => void
  private readonly heartbeat: number
  private ticks = 0
  /** Whether the next look is a heartbeat. */
  private isHeartbeat = false
  /** For so many ticks, the layer may not yet reach all: other processes may
   * find it again later than this one. */
  private uncertain = 0
  private readonly unsent = new Unsent()

  constructor(
    private readonly layer: Pick<ChannelLayer, "reachesAll" | "onBack">,
    private readonly messages: PlacedMessageStore,
    { lookMs = 1_000, heartbeat = 20 }: RoomsOptions = {},
  ) {
    this.heartbeat = heartbeat
    this.timer = setInterval(() => this.tick(), lookMs)
    this.stopListening = layer.onBack(() => {
      this.uncertain = 5
      this.looks.ask()
      void this.unsent.sendAll()
    })
  }

  /** The room of that name: one object for all who are in it. Enter it at once:
   * it is forgotten when its last member leaves. */
  open(name: string): Room {
    const forget = () => void this.rooms.delete(name)
    const room = this.rooms.get(name) ?? new Room(name, this.messages, forget)
    this.rooms.set(name, room)
    return room
  }

  /** Rings for the members of a room, if it has any here.
   * @param id of a message that the layer may not bring them */
  ringFor(name: string, id: number): void {
    this.rooms.get(name)?.ringFor(id)
  }

  /** Publishes an event when the layer is back.
   * @param id of its message */
  sendLater(group: string, id: number, send: () => Promise<void>): void {
    this.unsent.keep(group, { id, send })
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    this.stopListening()
  }

  /** Called every second. */
  private tick(): void {
    // #region look-again
    this.ticks++
    const isHeartbeat = this.ticks % this.heartbeat === 0
    if (isHeartbeat) this.isHeartbeat = true
    const mayLose = !this.layer.reachesAll || this.uncertain > 0
    if (isHeartbeat || mayLose) this.looks.ask()
    this.uncertain--
    // #endregion look-again
  }

  /** One query for all rooms. Members whose room has not changed are left alone,
   * except at a heartbeat.
   * @throws what the query throws: the next look finds the same */
  private async look(): Promise<void> {
    if (this.rooms.size === 0) return
    // #region look
    const names = [...this.rooms.keys()]
    const newestIds: Map<string, number> = await this.messages.newestIds(names)
    const isHeartbeat = this.isHeartbeat
    this.isHeartbeat = false
    let rung = 0
    for (const [name, room] of this.rooms) {
      const newest = newestIds.get(name) ?? 0
      const isNew = newest > room.newest
      // A message may have been stored here while the query ran.
      if (isNew) room.newest = newest
      if (!isNew && !isHeartbeat) continue
      for (const _ of room.ring({ isHeartbeat })) {
        if (++rung % atOnce === 0) await nextTurn()
      }
    }
    // #endregion look
  }
}

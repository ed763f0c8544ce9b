import { setImmediate } from "node:timers/promises"
import type { Application, Send } from "../../steps/01-echo/application.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { noteErrors } from "./failures.ts"
import { load } from "./load.ts"
import { addUser, openOwnDatabase } from "./own-database.ts"
import { serveInProcess } from "./serve-in-process.ts"

type MessagesModule = typeof import("../../steps/07-history/messages.ts")

export interface HistoryHooks {
  /** Called when a socket has joined its group, which takes a turn, as it does
   * with Redis. */
  whenJoined?(): void
  /** Awaited before a history is read. If it throws, reading fails. */
  beforeReading?(): Promise<void>
  /** Called when a message has been stored. */
  whenStored?(): void
  /** Replaces the function that sends the server's events to a client. */
  wrapSend?(send: Send): Send
}

/** Step 7's sockets in this process, where a test can hold the database or a
 * client back. */
export async function historyInProcess({
  whenJoined = () => {},
  beforeReading = async () => {},
  whenStored = () => {},
  wrapSend = (send) => send,
}: HistoryHooks = {}) {
  const { Messages } = await load<MessagesModule>("07-history/messages.ts")
  class WatchedMessages extends Messages {
    override async lastMessages(room: string, count?: number) {
      await beforeReading()
      return super.lastMessages(room, count)
    }

    override async create(authorId: number, room: string, content: string) {
      const stored = await super.create(authorId, room, content)
      whenStored()
      return stored
    }
  }
  const { InMemoryChannelLayer } = await load<
    typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
  >("04-groups/in-memory-channel-layer.ts")
  const { accountsIn } = await load<
    typeof import("../../steps/06-accounts/accounts.ts")
  >("06-accounts/accounts.ts")
  const { AuthMiddlewareStack } = await load<
    typeof import("../../steps/06-accounts/auth-middleware-stack.ts")
  >("06-accounts/auth-middleware-stack.ts")
  const { UsersOnly } = await load<
    typeof import("../../steps/06-accounts/users-only.ts")
  >("06-accounts/users-only.ts")
  const { ChatConsumer } = await load<
    typeof import("../../steps/07-history/chat-consumer.ts")
  >("07-history/chat-consumer.ts")
  /** What each consumer remembers as the newest id of its history. */
  const remembered: number[] = []
  class WatchedConsumer extends ChatConsumer {
    override async connect() {
      await super.connect()
      // Another design may not have this field.
      if ("newestRead" in this) remembered.push(this.newestRead)
      this.handlers.set("check.end", ({ end }) =>
        this.sendJson({ "end of the check": end }),
      )
    }
  }
  const printed = noteErrors()
  const database = await openOwnDatabase()
  class LateLayer extends InMemoryChannelLayer {
    override async groupAdd(group: string, channel: string) {
      await super.groupAdd(group, channel)
      await setImmediate()
      whenJoined()
    }
  }
  const layer = new LateLayer()
  const messages = new WatchedMessages(database)
  const accounts = accountsIn(database)
  const chat = WatchedConsumer.asApplication(layer, messages)
  const watched: Application = (scope, receive, send) =>
    chat(scope, receive, wrapSend(send))
  const open = await serveInProcess(watched, (application) =>
    AuthMiddlewareStack(UsersOnly(application), accounts),
  )
  const user = await addUser(database, "ann")
  const users = new Map([["Ann", user]])

  /** Opens a socket in a room, as a user of that name in lower case. */
  async function enter(room: string, name = "Ann"): Promise<SocketClient> {
    const known =
      users.get(name) ?? (await addUser(database, name.toLowerCase()))
    users.set(name, known)
    const key = await accounts.sessions.create(known.id)
    return open(room, { cookie: `sessionid=${key}` }, name)
  }

  let ends = 0

  /** All frames that a client has not read yet, up to an event that is now sent
   * to its room. A handler of its own answers that, not the chat's. */
  async function framesOf(
    client: SocketClient,
    room: string,
  ): Promise<Record<string, unknown>[]> {
    const end = ++ends
    await layer.groupSend(`chat_${room}`, { type: "check.end", end })
    const frames = []
    for (;;) {
      const frame = await client.nextFrame()
      const number = frame["end of the check"]
      if (number === end) return frames
      if (number === undefined) frames.push(frame)
    }
  }

  return {
    database,
    layer,
    messages,
    user,
    printed,
    remembered,
    enter,
    framesOf,
  }
}

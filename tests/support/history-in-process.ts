import { load } from "./load.ts"
import { openOwnDatabase } from "./own-database.ts"
import { serveInProcess } from "./serve-in-process.ts"

type MessagesModule = typeof import("../../steps/07-history/messages.ts")

/** Step 7's sockets in this process, where a test can hold the database back.
 * @param beforeReading waited for by whoever reads the history */
export async function historyInProcess(
  beforeReading: Promise<void> = Promise.resolve(),
) {
  const { Messages } = await load<MessagesModule>("07-history/messages.ts")
  class HeldBack extends Messages {
    override async lastMessages(room: string, count?: number) {
      await beforeReading
      return super.lastMessages(room, count)
    }
  }
  const database = await openOwnDatabase()
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
  const layer = new InMemoryChannelLayer()
  const messages = new HeldBack(database)
  const accounts = accountsIn(database)
  const user = await accounts.users.create("ann", "correct horse")
  const headers = {
    cookie: `sessionid=${await accounts.sessions.create(user.id)}`,
  }
  const chat = ChatConsumer.asApplication(layer, messages)
  const enter = await serveInProcess(chat, (application) =>
    AuthMiddlewareStack(UsersOnly(application), accounts),
  )
  const enterAsUser = (room: string) => enter(room, headers)
  return { database, layer, messages, user, enter: enterAsUser }
}

import type { ChatEvent } from "../04-groups/chat-consumer.ts"
import { ChatConsumer as RedisChatConsumer } from "../05-redis/chat-consumer.ts"
import { userOf } from "./auth-middleware.ts"
import type { User } from "./users.ts"

export interface AuthoredEvent extends ChatEvent {
  readonly author: string
}

/** Only users may enter, and every message says whose it is. */
export class ChatConsumer extends RedisChatConsumer {
  protected override readonly fields: readonly string[] = ["message", "author"]

  override async connect(): Promise<void> {
    // #region refuse-visitors
    if (userOf(this.scope)) await this.enter()
    else await this.close()
    // #endregion refuse-visitors
  }

  /** What happens once it is known who comes. */
  protected async enter(): Promise<void> {
    await super.connect()
  }

  protected override async buildEvent(message: string): Promise<AuthoredEvent> {
    const event = await super.buildEvent(message)
    return { ...event, author: this.user().username }
  }

  protected user(): User {
    const user = userOf(this.scope)
    if (user) return user
    throw new Error("Only users get past connect")
  }
}

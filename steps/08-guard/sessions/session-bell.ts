import type { ChannelLayer } from "../../04-groups/channel-layer.ts"

const group = "sessions"
const type = "sessions.changed"

/** Makes all processes look at once when a session has ended. The event carries
 * nothing: the database knows which sessions are open. While the layer is away,
 * each process finds out within a second. */
export class SessionBell {
  constructor(private readonly layer: ChannelLayer) {}

  ring(): void {
    void this.layer.groupSend(group, { type }).catch(() => {})
  }

  /** @param listener called for each ring, of this process too */
  async onRing(listener: () => void): Promise<void> {
    const channel = await this.layer.newChannel({ whenFull: listener })
    await this.layer.groupAdd(group, channel)
    this.layer.onBack(listener)
    void this.listen(channel, listener)
  }

  /** Ends with the process: an open layer has no end. */
  private async listen(channel: string, listener: () => void): Promise<never> {
    for (;;) {
      await this.layer.receive(channel)
      listener()
    }
  }
}

/** Work that is done when asked for, never twice at the same time. Asked again
 * meanwhile, it is done once more: it may have missed what the asker means. */
export class OneLook {
  private isLooking = false
  private isAsked = false

  /** @param look an error of it is printed, and tried again when next asked */
  constructor(private readonly look: () => Promise<void>) {}

  ask(): void {
    this.isAsked = true
    if (!this.isLooking) void this.goOn()
  }

  private async goOn(): Promise<void> {
    this.isLooking = true
    while (this.isAsked) {
      this.isAsked = false
      await this.look().catch(console.error)
    }
    this.isLooking = false
  }
}

/** The layer cannot be reached now: as far as we know, what was sent has reached
 * nobody. A Redis that only hangs may still deliver it when it wakes up. */
export class LayerUnavailable extends Error {
  constructor(cause?: unknown) {
    super("Redis cannot be reached", { cause })
  }
}

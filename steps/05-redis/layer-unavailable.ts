/** The layer cannot be reached now. As far as we know, the event has reached
 * no member. If Redis only hangs, it may still deliver it later. */
export class LayerUnavailable extends Error {
  constructor(cause?: unknown) {
    super("Redis cannot be reached", { cause })
  }
}

/** The layer cannot be reached now. No member has the event, as far as this
 * process knows: a Redis that hangs may still deliver it later. */
export class LayerUnavailable extends Error {
  constructor(cause?: unknown) {
    super("Redis cannot be reached", { cause })
  }
}

/** The layer cannot be reached now: what was sent has reached nobody. */
export class LayerUnavailable extends Error {
  constructor(cause?: unknown) {
    super("Redis cannot be reached", { cause })
  }
}

/** A message as the frame that carries it, written as people do. */
export function asFrame(message: string): string {
  return `{"message": ${JSON.stringify(message)}}`
}

/** The message of such a frame; any other text stays as it is, so that nothing
 * that somebody has typed is lost. */
export function asMessage(frame: string): string {
  try {
    const parsed: unknown = JSON.parse(frame)
    const entries = Object.entries(parsed ?? {})
    const [name, message] = entries.length === 1 ? (entries[0] ?? []) : []
    return name === "message" && typeof message === "string" ? message : frame
  } catch {
    return frame
  }
}

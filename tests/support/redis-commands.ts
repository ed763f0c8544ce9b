const lineEnd = "\r\n"

/** Reads the commands that a client sends to Redis, in the order of sending. */
export class RedisCommands {
  private bytes = Buffer.alloc(0)

  /** @returns the commands that are whole now: the name in capitals, then its
   * words */
  add(bytes: Buffer): string[][] {
    this.bytes = Buffer.concat([this.bytes, bytes])
    const commands: string[][] = []
    for (;;) {
      const command = this.next()
      if (!command) return commands
      commands.push(command)
    }
  }

  /** Each word has a line with its length before it. */
  private next(): string[] | undefined {
    const words: string[] = []
    const [count, first] = this.number(0) ?? []
    let at = first ?? 0
    while (count !== undefined && words.length < count) {
      const [length, start] = this.number(at) ?? []
      if (length === undefined || start === undefined) return undefined
      at = start + length + lineEnd.length
      if (at > this.bytes.length) return undefined
      words.push(this.bytes.toString("latin1", start, start + length))
    }
    if (count === undefined) return undefined
    this.bytes = this.bytes.subarray(at)
    const [name = "", ...rest] = words
    return [name.toUpperCase(), ...rest]
  }

  /** The number of a line like "*3" or "$5", and where the next line begins. */
  private number(at: number): [number, number] | undefined {
    const end = this.bytes.indexOf(lineEnd, at)
    if (end < 0) return undefined
    const text = this.bytes.toString("latin1", at + 1, end)
    return [Number(text), end + lineEnd.length]
  }
}

import type { Command } from "./monitor.ts"

/** Writes commands so that two recordings can be compared: names and times get
 * numbers in the order in which they come, and random bytes and the texts of
 * scripts are left out. All other bytes stay as they are. */
export class WireText {
  private readonly names = new Map<string, string>()
  private readonly times = new Map<number, string>()

  /** @param labels for the random parts of names, in the order in which they come */
  constructor(private readonly labels: readonly string[]) {}

  /** A command in a line, without anything that differs from run to run. */
  line({ words, time }: Command): string {
    const isScript = words[0] === "EVAL"
    return words
      .map((word, index) => {
        if (isScript && index === 1) return "<script>"
        return this.timeOf(word, time) ?? this.word(word)
      })
      .join(" ")
  }

  /** A word; payloads begin with twelve random bytes. */
  word(word: string): string {
    const isPayload = word.startsWith("\xa4type", 13)
    if (!isPayload) return escaped(this.named(word))
    return `<12 bytes>${escaped(this.named(word.slice(12)))}`
  }

  private named(text: string): string {
    return text.replace(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, (hex) => {
      const label = this.labels[this.names.size] ?? "one more"
      const name = this.names.get(hex) ?? `<${label}>`
      this.names.set(hex, name)
      return name
    })
  }

  /** @param now when Redis ran the command */
  private timeOf(word: string, now: number): string | undefined {
    if (!/^\d{10}(\.\d+)?$/.test(word)) return undefined
    const value = Number(word)
    if (Math.abs(now - value) < 60 && word.includes(".")) {
      const name = this.times.get(value) ?? `<time ${this.times.size + 1}>`
      this.times.set(value, name)
      return name
    }
    for (const age of [60, 86_400]) {
      // In whole seconds, and a moment may have passed.
      const passed = now - age - value
      if (passed >= 0 && passed < 10) return `<now - ${age}>`
    }
    return undefined
  }
}

function escaped(text: string): string {
  return text.replace(/[^ -~]|\\/g, (char) => {
    if (char === "\\") return "\\\\"
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`
  })
}

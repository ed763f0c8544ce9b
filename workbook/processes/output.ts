import type { ChildProcess } from "node:child_process"
import { EventEmitter, once } from "node:events"

/** What a program has printed so far, including errors. */
export class Output {
  text = ""
  private readonly news = new EventEmitter()
  private isComplete = false

  /** @param child whose output and errors are pipes, if they are to be read */
  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        this.text += text
        this.news.emit("news")
      })
    }
    // Comes after the last output; "exit" may come before it.
    child.once("close", () => {
      this.isComplete = true
      this.news.emit("news")
    })
  }

  /**
   * Resolves when something matches.
   * @param signal ends the wait
   * @returns undefined if the program ended without it, or at the signal
   */
  async find(
    pattern: RegExp,
    signal?: AbortSignal,
  ): Promise<RegExpExecArray | undefined> {
    for (;;) {
      const found = pattern.exec(this.text)
      if (found) return found
      if (this.isComplete || signal?.aborted) return undefined
      await this.more(signal)
    }
  }

  /** Resolves when more is printed, when the program ends, or at the signal. */
  async more(signal?: AbortSignal): Promise<void> {
    await once(this.news, "news", { signal }).catch(() => {})
  }
}

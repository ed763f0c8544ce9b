import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { createInterface } from "node:readline"
import type { Redis } from "ioredis"
import { onTestFinished } from "vitest"
import { soon } from "./soon.ts"

/** A command that a client has sent. */
export interface Command {
  /** In seconds, when Redis ran it. */
  readonly time: number
  /** Its words: bytes as latin1 characters. */
  readonly words: readonly string[]
}

/** What all clients send to a Redis, for one test. */
export class Monitor {
  readonly commands: Command[] = []
  private marks = 0

  private constructor(
    private readonly socket: Socket,
    private readonly redis: Redis,
  ) {
    createInterface(socket).on("line", (line) => {
      const command = parse(line)
      if (command) this.commands.push(command)
      socket.emit("command")
    })
  }

  /** @param redis a client of the test, whose commands are left out */
  static async open(redis: Redis): Promise<Monitor> {
    const { host = "127.0.0.1", port = 6379 } = redis.options
    const socket = connect(port, host)
    onTestFinished(() => void socket.destroy())
    const monitor = new Monitor(socket, redis)
    socket.write("MONITOR\r\n")
    await monitor.drain()
    return monitor
  }

  /** @returns the commands since the last time, all of them */
  async drain(): Promise<Command[]> {
    const mark = `mark ${this.marks++}`
    const isThere = () => this.commands.findIndex((it) => it.words[1] === mark)
    // The monitor may not have begun when the first one is sent.
    while (isThere() < 0) {
      await this.redis.echo(mark)
      if (isThere() < 0) await soon("a command", once(this.socket, "command"))
    }
    const commands = this.commands.splice(0, isThere() + 1)
    return commands.filter(({ words }) => !words[1]?.startsWith("mark "))
  }
}

/** Reads a line of MONITOR. Commands of scripts, and what a client sends about
 * its connection, are left out. */
function parse(line: string): Command | undefined {
  const match = /^\+(\d+\.\d+) \[\d+ ([^\]]+)\] (.*)$/.exec(line)
  if (!match) return undefined
  const [, time, client, rest = ""] = match
  const words = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => {
    return unescaped(word ?? "")
  })
  const name = words[0]?.toUpperCase() ?? ""
  if (client === "lua" || ofConnections.has(name)) return undefined
  return { time: Number(time), words: [name, ...words.slice(1)] }
}

const ofConnections = new Set(["INFO", "CLIENT", "HELLO", "SELECT", "AUTH"])

const letters: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
}

function unescaped(word: string): string {
  return word.replace(/\\(x[0-9a-f]{2}|.)/g, (_all, code: string) => {
    if (code.length > 1) {
      return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    }
    return letters[code] ?? code
  })
}

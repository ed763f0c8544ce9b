import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { decode, encode } from "@msgpack/msgpack"
import { onTestFinished, test } from "vitest"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { root } from "../../workbook/folders.ts"
import { killAtExit } from "../../workbook/processes/child.ts"
import { django } from "./with-django.ts"

const program = join(root, "tests/fixtures/channels-redis/peer.py")

/** For checks beside the real `channels_redis`. Without it they are skipped. */
export const testBesidePython = test.skipIf(!django)

/** What `channels_redis` and ours have in common. */
export interface WireLayer {
  newChannel(): Promise<string>
  receive(channel: string): Promise<LayerEvent>
  send(channel: string, event: LayerEvent): Promise<void>
  groupAdd(group: string, channel: string): Promise<void>
  groupDiscard(group: string, channel: string): Promise<void>
  groupSend(group: string, event: LayerEvent): Promise<void>
}

export interface PythonLayerOptions {
  readonly hosts: readonly string[]
  readonly prefix?: string
  readonly capacity?: number
}

interface Call {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** The real layer, in a Python process of its own, for one test. */
export class PythonLayer implements WireLayer {
  private readonly calls = new Map<number, Call>()
  private number = 0
  private errors = ""

  private constructor(readonly process: ChildProcess) {
    process.stderr?.on("data", (bytes) => {
      this.errors += bytes
    })
    const { stdout } = process
    if (!stdout) throw new Error("The process has no output")
    createInterface(stdout).on("line", (line) => this.answered(line))
    process.once("error", (error) => this.failed(error))
    process.once("exit", () => {
      this.failed(
        new Error(`The process with channels_redis ended: ${this.errors}`),
      )
    })
  }

  static start(options: PythonLayerOptions): PythonLayer {
    const python = django?.python ?? "python3"
    const child = spawn(python, [program, JSON.stringify(options)])
    killAtExit(child)
    onTestFinished(() => void child.kill("SIGKILL"))
    return new PythonLayer(child)
  }

  versions(): Promise<Record<string, string>> {
    return this.call("versions") as Promise<Record<string, string>>
  }

  newChannel(): Promise<string> {
    return this.call("new_channel") as Promise<string>
  }

  /** A channel whose consumer is busy: nothing waits for its events until
   * `receive` is called. */
  newIdleChannel(): Promise<string> {
    return this.call("new_idle_channel") as Promise<string>
  }

  async receive(channel: string): Promise<LayerEvent> {
    return (await this.receiveBoth(channel)).event
  }

  /** @returns `python`: the event as Python prints it */
  async receiveBoth(channel: string) {
    const result = await this.call("receive", channel)
    const { event, python } = result as { event: string; python: string }
    return { event: decode(Buffer.from(event, "base64")) as LayerEvent, python }
  }

  async send(channel: string, event: LayerEvent): Promise<void> {
    await this.call("send", channel, packed(event))
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    await this.call("group_add", group, channel)
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    await this.call("group_discard", group, channel)
  }

  async groupSend(group: string, event: LayerEvent): Promise<void> {
    await this.call("group_send", group, packed(event))
  }

  /** Ends the process, which leaves its groups and its queue as they are. */
  async end(): Promise<void> {
    const ended = once(this.process, "exit")
    this.process.stdin?.end()
    await ended
  }

  private call(name: string, ...arguments_: string[]): Promise<unknown> {
    const number = this.number++
    const call = { number, name, arguments: arguments_ }
    return new Promise((resolve, reject) => {
      this.calls.set(number, { resolve, reject })
      this.process.stdin?.write(`${JSON.stringify(call)}\n`)
    })
  }

  private answered(line: string): void {
    const { number, result, error } = JSON.parse(line)
    const call = this.calls.get(number)
    this.calls.delete(number)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(error))
  }

  private failed(error: Error): void {
    for (const { reject } of this.calls.values()) reject(error)
  }
}

function packed(event: LayerEvent): string {
  return Buffer.from(encode(event)).toString("base64")
}

import { once } from "node:events"
import type { Writable } from "node:stream"
import * as ws from "ws"

interface FrameOptions {
  readonly fin: boolean
  readonly opcode: number
  readonly mask: boolean
  readonly rsv1: boolean
}

/** The parts of `ws` that write and read frames. Its types lack them. */
const { Sender, Receiver } = ws as unknown as {
  readonly Sender: {
    frame(data: Buffer, options: FrameOptions): Buffer[]
  }
  readonly Receiver: new (options: { readonly isServer: boolean }) => Writable
}

/** The text frame that `ws` writes, as a server. */
export function frameOfWs(text: string): Buffer {
  const options = { fin: true, opcode: 1, mask: false, rsv1: false }
  return Buffer.concat(Sender.frame(Buffer.from(text), options))
}

/** What a client that uses `ws` reads. @returns the texts of its messages
 * @throws what `ws` finds wrong in the frames */
export async function readByWs(bytes: Buffer): Promise<string[]> {
  const receiver = new Receiver({ isServer: false })
  const texts: string[] = []
  receiver.on("message", (data: Buffer) => texts.push(data.toString()))
  receiver.end(bytes)
  await once(receiver, "finish")
  return texts
}

import { once } from "node:events"
import { onTestFinished } from "vitest"
import { WebSocket } from "ws"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"

/** A client that joins a room, and then reads nothing. */
export class StalledReader {
  private readonly closing: Promise<[number, Buffer]>

  private constructor(private readonly socket: WebSocket) {
    this.closing = once(socket, "close") as Promise<[number, Buffer]>
    socket.on("error", () => {})
    onTestFinished(() => socket.terminate())
  }

  static async enter(
    server: ServerProcess,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<StalledReader> {
    const socket = new WebSocket(server.socketUrl(path), { headers })
    const reader = new StalledReader(socket)
    await once(socket, "open")
    socket.pause()
    return reader
  }

  /** Reads on. @returns the code that its socket is closed with */
  async closeCode(): Promise<number> {
    this.socket.resume()
    const [code] = await this.closing
    return code
  }
}

import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { setTimeout as delay } from "node:timers/promises"

/** How long a connection carries nothing before it breaks: both sides still
 * believe in it. */
const deadMs = 250

interface Connection {
  readonly client: Socket
  readonly server: Socket
}

/** A network between clients and the servers of one chat. It leads each client
 * to any of the servers, and breaks connections when asked to. */
export class BadNetwork {
  /** The ports of the servers that can be reached. */
  ports: readonly number[] = []
  private readonly connections = new Set<Connection>()
  private readonly listener = createServer((client) => this.accept(client))

  /** @returns the port to which clients connect */
  async open(): Promise<number> {
    await once(this.listener.listen(0, "localhost"), "listening")
    return (this.listener.address() as AddressInfo).port
  }

  /** Breaks one connection, at random. Before that, what the server sends is
   * lost for a moment, and sometimes what the client sends as well. */
  async breakOne(): Promise<void> {
    const all = [...this.connections]
    const chosen = all[Math.floor(Math.random() * all.length)]
    if (!chosen) return
    const { client, server } = chosen
    server.unpipe(client).resume()
    if (Math.random() < 1 / 3) client.unpipe(server).resume()
    await delay(deadMs)
    this.drop(chosen)
  }

  async close(): Promise<void> {
    const closed = once(this.listener, "close")
    this.listener.close()
    for (const connection of this.connections) this.drop(connection)
    await closed
  }

  private accept(client: Socket): void {
    const port = this.ports[Math.floor(Math.random() * this.ports.length)]
    if (port === undefined) {
      client.destroy()
      return
    }
    const server = connect(port, "localhost")
    const connection = { client, server }
    this.connections.add(connection)
    for (const socket of [client, server]) {
      socket.setNoDelay()
      socket.on("error", () => {}) // "close" follows
      socket.on("close", () => this.drop(connection))
    }
    client.pipe(server)
    server.pipe(client)
  }

  private drop(connection: Connection): void {
    this.connections.delete(connection)
    connection.client.destroy()
    connection.server.destroy()
  }
}

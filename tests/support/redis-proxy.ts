import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { onTestFinished } from "vitest"
import { RedisCommands } from "./redis-commands.ts"
import { teller } from "./story.ts"

/** Stands between a layer and Redis, for one check: it can hold back what the
 * layer sends, and end connections. */
export class RedisProxy {
  /** Called with the names of each SUBSCRIBE. */
  onSubscribe: (names: readonly string[]) => void = () => {}
  /** Called with each command of any connection. */
  onCommand: (words: readonly string[]) => void = () => {}
  private readonly did = teller()
  private readonly links = new Set<Link>()
  private readonly server = createServer((client) => this.open(client))
  private held: "nothing" | "subscribe" | "everything" = "nothing"

  private constructor(private readonly redis: URL) {}

  static async open(url: string): Promise<RedisProxy> {
    const proxy = new RedisProxy(new URL(url))
    proxy.server.listen(0, "127.0.0.1")
    await once(proxy.server, "listening")
    onTestFinished(() => {
      proxy.server.close()
      for (const link of proxy.links) link.end()
    })
    return proxy
  }

  /** The address for a layer. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo
    const url = new URL(this.redis)
    url.host = `127.0.0.1:${port}`
    return url.href
  }

  /** From now on, Redis seems to hang. */
  hold(): void {
    this.did("Redis hangs")
    this.held = "everything"
  }

  /** From its next SUBSCRIBE on, a connection seems to hang. */
  holdSubscribe(): void {
    this.held = "subscribe"
  }

  release(): void {
    this.did("Redis goes on")
    this.held = "nothing"
    for (const link of this.links) link.flush()
  }

  /** Whether something was sent since `hold`, and has not reached Redis. */
  get holdsCommands(): boolean {
    return [...this.links].some((link) => link.holdsCommands)
  }

  /** The layer may connect again. */
  loseConnections(): void {
    this.did("the connections to Redis are lost")
    for (const link of this.links) link.end()
  }

  /** The layer cannot connect again. */
  loseSubscriber(): void {
    this.did("the connection that subscribes is lost, the other one stays")
    this.server.close()
    for (const link of this.links) if (link.isSubscriber) link.end()
  }

  private open(client: Socket): void {
    const link = new Link(client, this.redis)
    const commands = new RedisCommands()
    this.links.add(link)
    client.once("close", () => this.links.delete(link))
    client.on("data", (bytes: Buffer) => {
      for (const words of commands.add(bytes)) this.onCommand(words)
      const names = namesSubscribed(bytes)
      if (names) {
        link.isSubscriber = true
        if (this.held === "subscribe") link.isHeld = true
        const words = ["SUBSCRIBE", ...names.map(shortName)]
        this.did(`Redis is asked to ${words.join(" ")}`)
        this.onSubscribe(names)
      }
      link.pass(bytes)
      if (this.held !== "everything" && !link.isHeld) link.flush()
    })
  }
}

/** A name on Redis, without the random part of a channel's. */
export function shortName(name: string): string {
  return name.replace(/(specific\.)[0-9a-f]{32}$/, "$1…")
}

/** A connection of the layer, and the one to Redis behind it. */
class Link {
  isSubscriber = false
  isHeld = false
  private waiting: Buffer[] = []
  private readonly redis: Socket

  constructor(
    private readonly client: Socket,
    { hostname, port }: URL,
  ) {
    this.redis = connect(Number(port || 6379), hostname)
    for (const socket of [client, this.redis]) socket.on("error", () => {})
    client.once("close", () => this.redis.destroy())
    // Redis may not run: then there is no end of its data.
    this.redis.once("close", () => client.end())
    this.redis.pipe(client)
  }

  get holdsCommands(): boolean {
    return this.waiting.length > 0
  }

  pass(bytes: Buffer): void {
    this.waiting.push(bytes)
  }

  flush(): void {
    this.isHeld = false
    for (const bytes of this.waiting.splice(0)) this.redis.write(bytes)
  }

  /** What it has held back is lost. */
  end(): void {
    this.waiting = []
    this.client.destroy()
  }
}

/** The names of the SUBSCRIBE among what a client sends; undefined if there is
 * none. Each word of a command has a line with its length before it. */
function namesSubscribed(bytes: Buffer): string[] | undefined {
  const lines = bytes.toString("latin1").split("\r\n")
  const index = lines.findIndex((line) => /^subscribe$/i.test(line))
  if (index < 0) return undefined
  const words = Number(lines[index - 2]?.slice(1))
  const names = lines.slice(index + 1, index + 1 + 2 * (words - 1))
  return names.filter((_name, place) => place % 2 === 1)
}

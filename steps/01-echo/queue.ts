/** First in, first out. Taking from an empty queue waits. */
export class Queue<Item> {
  private readonly items: Item[] = []
  private takers: ((item: Item) => void)[] = []
  private waitingBytes = 0

  constructor(private readonly bytesOf: (item: Item) => number = () => 0) {}

  get length(): number {
    return this.items.length
  }

  /** The total size of the waiting items. */
  get bytes(): number {
    return this.waitingBytes
  }

  put(item: Item): void {
    const taker = this.takers.shift()
    if (taker) {
      taker(item)
    } else {
      this.items.push(item)
      this.waitingBytes += this.bytesOf(item)
    }
  }

  take(): Promise<Item> {
    if (this.items.length === 0) {
      return new Promise((resolve) => {
        this.takers = [...this.takers, resolve]
      })
    }
    const item = this.items.shift() as Item
    this.waitingBytes -= this.bytesOf(item)
    return Promise.resolve(item)
  }

  /** Waits for the next items: at least one, at most `limit`. */
  takeMany(limit: number): Promise<Item[]> {
    return this.take().then((first) => {
      const more = this.items.splice(0, limit - 1)
      for (const item of more) this.waitingBytes -= this.bytesOf(item)
      return [first, ...more]
    })
  }
}

/** First in, first out; whoever takes from an empty one waits. */
export class Queue<Item> {
  private readonly items: Item[] = []
  private readonly takers: ((item: Item) => void)[] = []

  /** How many items wait to be taken. */
  get length(): number {
    return this.items.length
  }

  put(item: Item): void {
    const taker = this.takers.shift()
    if (taker) taker(item)
    else this.items.push(item)
  }

  take(): Promise<Item> {
    if (this.items.length === 0) {
      return new Promise((resolve) => this.takers.push(resolve))
    }
    return Promise.resolve(this.items.shift() as Item)
  }
}

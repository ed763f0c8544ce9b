/** The same numbers for the same seed, between 0 and 1, without 1: mulberry32,
 * by Tommy Ettinger. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of them, by chance. */
export function oneOf<Item>(
  items: readonly Item[],
  random: () => number,
): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error("There is nothing to choose from")
  return item
}

import { randomInt } from "node:crypto"

/** The author of the answers. No account can have a name with a space. */
export const diceAuthor = "the dice"

/** How many dice, and with how many sides. */
export interface Dice {
  readonly count: number
  readonly sides: number
}

/** @param text like "2d6"
 * @returns undefined if it is none: 1 to 20 dice with 2 to 100 sides */
export function diceFrom(text: string): Dice | undefined {
  const [, count, sides] = /^(\d{1,2})d(\d{1,3})$/.exec(text)?.map(Number) ?? []
  if (!count || !sides || count > 20 || sides < 2 || sides > 100) return
  return { count, sides }
}

/** @returns a sentence like "2d6: 3 + 5 = 8" */
export function rolled({ count, sides }: Dice): string {
  const rolls = Array.from({ length: count }, () => randomInt(1, sides + 1))
  const sum = rolls.reduce((one, other) => one + other)
  return `${count}d${sides}: ${rolls.join(" + ")} = ${sum}`
}

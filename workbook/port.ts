import { CommandError } from "./command-error.ts"

/** @throws CommandError if the word is not a port */
export function readPort(word: string): number {
  const port = Number(word)
  if (/^\d+$/.test(word) && port <= 65_535) return port
  throw new CommandError(
    `"${word}" is not a port: a port is a number from 0 to 65535.`,
  )
}

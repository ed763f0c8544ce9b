/** Prints a sentence without a stack, and ends the process: for problems that
 * the person at the terminal can fix. */
export function failToStart(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}

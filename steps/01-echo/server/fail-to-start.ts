/** Ends the process with a sentence and no stack: for problems that the person
 * at the terminal can fix. */
export function failToStart(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}

/** For what the person at the terminal can fix: prints no stack. */
export function failToStart(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}

/** @returns the task that a block of checks names, "04-groups/join", if it
 * names one */
export function taskIn(name: string): string | undefined {
  return /^\d\d-[a-z]+\/[a-z-]+$/.test(name) ? name : undefined
}

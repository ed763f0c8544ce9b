/** Another program may have sent anything as an id. */
export function isId(id: unknown): id is number {
  return Number.isSafeInteger(id)
}

/** @param text from an address
 * @returns undefined if it is no id */
export function idFrom(text: unknown): number | undefined {
  const isDigits = typeof text === "string" && /^\d{1,15}$/.test(text)
  return isDigits ? Number(text) : undefined
}

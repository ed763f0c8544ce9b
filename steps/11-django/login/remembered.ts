/** More than the sockets of one process. */
const most = 20_000

/** Longer ones are not kept: a session of Django has a few hundred. */
const mostCharacters = 2_000

/** @param compute a pure function
 * @returns the same function, which computes the result for a string only once,
 * unless it is undefined, the string is long, or many others have come since */
export function remembered<Result>(
  compute: (text: string) => Result,
): (text: string) => Result {
  const results = new Map<string, Result>()
  return (text) => {
    const known = results.get(text)
    if (known !== undefined) return known
    const result = compute(text)
    if (result === undefined || text.length > mostCharacters) return result
    results.set(text, result)
    const [oldest = ""] = results.keys()
    if (results.size > most) results.delete(oldest)
    return result
  }
}

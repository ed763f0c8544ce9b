/** More than one process has sockets. */
const most = 20_000

/** @param compute a pure function
 * @returns the same function, which computes the result for a string only once,
 * unless it is undefined or many other strings have come since */
export function remembered<Result>(
  compute: (text: string) => Result,
): (text: string) => Result {
  const results = new Map<string, Result>()
  return (text) => {
    const known = results.get(text)
    if (known !== undefined) return known
    const result = compute(text)
    results.set(text, result)
    const [oldest = ""] = results.keys()
    if (results.size > most) results.delete(oldest)
    return result
  }
}

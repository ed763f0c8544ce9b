/** What is said of a socket that has ended, by its close code. */
const meanings: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "the other side is going away, as a server does that stops",
  1002: "a frame broke the protocol",
  1003: "this kind of data is not taken",
  1005: "no code was given",
  1006: "the connection vanished without a word",
  1007: "a text frame was not UTF-8",
  1008: "a rule was broken",
  1009: "a frame was too big",
  1011: "the server made a mistake; its terminal says which",
  1012: "the server starts again",
  1013: "too slow: try again later",
}

/** @returns like "1001: the other side is going away" */
export function inWords(code: number, reason: string): string {
  const isOwn = code >= 3000
  const meaning = isOwn ? "the application's own code" : meanings[code]
  const said = reason && `, and it said "${reason}"`
  return `${code}: ${meaning ?? "a code without a common meaning"}${said}`
}

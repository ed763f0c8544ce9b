/** What the most frequent refusals and closings mean, as the troubleshooting
 * page explains them. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /\b504\b/,
    "Nobody has accepted the socket: connect does not call accept, waits for " +
      "something that never ends, or a router or middleware does not await the " +
      "application that it calls.",
  ],
  [
    /(?<!disconnect\()\b1011\b/,
    "An error ended the consumer after it had accepted.",
  ],
  [
    /\b1013\b/,
    "The client's channel was full: more events waited than it may hold.",
  ],
  [
    /socket hang up|ECONNRESET/,
    "The server ended the connection without an answer, or ended itself.",
  ],
  [/ECONNREFUSED/, "No server listens there any more: an error ended it."],
]

/** @returns a sentence for what a check has seen, if there is one */
export function explanationOf(text: string): string | undefined {
  return explanations.find(([pattern]) => pattern.test(text))?.[1]
}

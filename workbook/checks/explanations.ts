/** What the most frequent refusals and closings mean, in the words of
 * docs/reference/troubleshooting.md. */
export const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /\b504\b.*in time/,
    "The consumer has not accepted. If it overrides `connect`, it has to call " +
      "`accept` itself, and everything that it awaits before that has to finish.",
  ],
  [
    /\b504\b/,
    "If the 504 comes at once, the application has returned: a router or a " +
      "middleware does not await the inner application, or neither calls it nor " +
      "throws.",
  ],
  [
    /(?<!disconnect\()\b1011\b/,
    "1011: a handler threw, and the terminal shows the error.",
  ],
  [/\b1013\b/, "1013: that reader was too slow, and its channel was full."],
  [
    /socket hang up|ECONNRESET/,
    "The server ended the connection without an answer, or an error ended the " +
      "server.",
  ],
  [/ECONNREFUSED/, "No server listens there."],
]

/** @returns a sentence for what a check has seen, if there is one */
export function explanationOf(text: string): string | undefined {
  return explanations.find(([pattern]) => pattern.test(text))?.[1]
}

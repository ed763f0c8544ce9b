/** How long a check waits for an answer, an event or a line: on a busy machine
 * ten seconds, and three where a learner waits for the result. */
export const patienceMs = Number(process.env.PATIENCE_MS ?? 10_000)

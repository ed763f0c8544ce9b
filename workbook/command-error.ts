/** Ends a command with a sentence that says what to do. */
export class CommandError extends Error {}

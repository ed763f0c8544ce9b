/** Ends a command with a sentence that says how to mend what was wrong. */
export class CommandError extends Error {}

/** Says why a file that was handed in cannot be read, and what to do. */
export class Unreadable extends Error {}

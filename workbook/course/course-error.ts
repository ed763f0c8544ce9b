import { CommandError } from "../command-error.ts"

/** The course breaks one of its rules. The message says how to fix it. */
export class CourseError extends CommandError {}

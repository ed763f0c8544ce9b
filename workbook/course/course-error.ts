import { CommandError } from "../command-error.ts"

/** Something in the course itself breaks its rules; says how to fix it. */
export class CourseError extends CommandError {}

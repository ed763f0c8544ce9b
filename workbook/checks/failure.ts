/** How a check failed, as its process reports it. */
export interface Failure {
  /** What the check did until then, a line each, oldest first. */
  readonly did: readonly string[]
  readonly expected: string
  readonly received: string
  /** The stack of the error, which may pass through the learner's files. */
  readonly stack: string
  /** The last error that a server printed during the check, with its stack. */
  readonly printed: string
}

/** What a process of checks reports, one after the other. */
export type CheckEvent =
  | { readonly kind: "begin" }
  | {
      readonly kind: "end"
      readonly check: CheckName
      readonly state: "passed" | "failed" | "skipped"
      readonly failure?: Failure
    }
  /** The process that ran the checks ended before they did. */
  | { readonly kind: "lost" }
  /** Every check of a task ran and passed. */
  | { readonly kind: "passed"; readonly task: string }

export interface CheckName {
  /** "04-groups/join"; undefined for a check of what a learner is given. */
  readonly task: string | undefined
  /** The check's claim: "a member that left receives nothing". */
  readonly title: string
}

/** Before the first check there is no claim. */
export const beforeChecks = "the checks can begin"

declare module "vitest" {
  interface TaskMeta {
    did?: string[]
    printed?: string
    failure?: Failure
  }
}

import type { Scope } from "../01-echo/application.ts"

/**
 * Something that a router or middleware adds to the scope for those below it:
 * it `extend`s the scope, they read it by `of`.
 */
export class ScopeKey<Value> {
  /**
   * @param name the scope's property
   * @param adder who must be above whoever reads it
   */
  constructor(
    private readonly name: string,
    private readonly adder: string,
  ) {}

  /** A copy of the scope with the value; the caller's stays as it is. */
  extend<Kind extends Scope>(scope: Kind, value: Value): Kind {
    return { ...scope, [this.name]: value }
  }

  /** @throws Error that names who is missing above */
  of(scope: Scope): Value {
    if (this.in(scope)) return scope[this.name] as Value
    throw new Error(
      `Cannot find ${this.name} in scope. ${this.adder} must be above it.`,
    )
  }

  in(scope: Scope): boolean {
    return Object.hasOwn(scope, this.name)
  }
}

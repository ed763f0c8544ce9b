import type { Scope } from "../01-echo/application.ts"

/** A value in the scope. A router or middleware adds it with `extend`;
 * applications below read it with `of`. */
export class ScopeKey<Value> {
  /** @param name the scope's property
   * @param adder what must be above the code that reads it */
  constructor(
    private readonly name: string,
    private readonly adder: string,
  ) {}

  // #region extended-copy
  /** A copy of the scope with the value. The caller's scope does not change. */
  extend<Kind extends Scope>(scope: Kind, value: Value): Kind {
    return { ...scope, [this.name]: value }
  }
  // #endregion extended-copy

  /** @returns undefined if nothing above has added the value */
  find(scope: Scope): Value | undefined {
    return scope[this.name] as Value | undefined
  }

  /** @throws Error that names what is missing above */
  of(scope: Scope): Value {
    if (Object.hasOwn(scope, this.name)) return scope[this.name] as Value
    throw new Error(
      `Cannot find ${this.name} in scope. ${this.adder} must be above it.`,
    )
  }
}

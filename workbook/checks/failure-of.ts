import type { Unmet } from "../unmet.ts"
import type { Failure } from "./failure.ts"
import { around, bothInALine, inALine } from "./values.ts"

type Told = Pick<Failure, "expected" | "received">

/** What a check expected and received, from what it threw: an assertion, an
 * `Unmet`, or the error of the code that it called. */
export function failureOf(thrown: unknown): Told & { stack: string } {
  if (!(thrown instanceof Error)) {
    return { expected: "no error", received: inALine(thrown), stack: "" }
  }
  return { ...told(thrown), stack: stackOf(thrown) }
}

function told(error: Error & { expected?: unknown; actual?: unknown }): Told {
  const { message, expected, actual } = error
  if (isUnmet(error)) {
    return { expected: error.expected, received: around(error.actual) }
  }
  const late = /timed out in (\d+)ms/.exec(message)
  if (late) {
    const seconds = Number(late[1]) / 1_000
    return {
      expected: "the check ends",
      received: `no end within ${seconds} s`,
    }
  }
  if (error.name !== "AssertionError") {
    return { expected: "no error", received: `${error.name}: ${message}` }
  }
  return assertion(message, expected, actual)
}

function isUnmet(error: Error): error is Unmet {
  return error.name === "Unmet"
}

/** What an assertion expects, if it does not expect one equal value. */
const wants: readonly (readonly [RegExp, (expected: string) => string])[] = [
  [/^promise resolved/, () => "an error"],
  [/^promise rejected/, () => "no error"],
  [/ not to (?:contain|include) /, (it) => `a value without ${it}`],
  [/ to (?:contain|include) /, (it) => `a value that contains ${it}`],
  [/ not to match /, (it) => `a value that does not match ${it}`],
  [/ to match [/]/, (it) => `a value that matches ${it}`],
  [/ to throw error (?:including|matching) /, (it) => `an error with ${it}`],
  [/ not to (?:be|equal|deeply equal|strictly equal) /, (it) => `not ${it}`],
]

function assertion(message: string, expected: unknown, actual: unknown): Told {
  const subject = /^(.+?): (?:expected|promise) /s.exec(message)?.[1]
  const text = subject ? message.slice(subject.length + 2) : message
  const about = subject ? `${subject}: ` : ""
  const want = wants.find(([pattern]) => pattern.test(text))
  if (want) {
    const isResolved = /^promise resolved/.test(text)
    const value = inALine(actual)
    const isNothing = isResolved && actual === undefined
    const got = isResolved ? `no error, but ${value}` : value
    const received = isNothing ? "no error" : got
    return {
      expected: about + want[1](around(inALine(expected))),
      received: about + around(received),
    }
  }
  const isOneValue =
    / to (?:be|equal|deeply equal|strictly equal|match object|have property) /
  if (!isOneValue.test(text) || / to be (?:greater|less|at) /.test(text)) {
    const [, seen = "", wanted = ""] =
      /^expected (.*?) (to .*)$/s.exec(text) ?? []
    const received = actual === undefined ? seen : inALine(actual)
    return {
      expected: about + around(wanted || text),
      received: about + around(received),
    }
  }
  const [one, other] = bothInALine(expected, actual)
  return { expected: about + one, received: about + other }
}

/** Includes the messages of its causes. */
function stackOf(error: Error): string {
  const { cause } = error
  const own = error.stack ?? ""
  return cause instanceof Error ? `${own}\n${stackOf(cause)}` : own
}

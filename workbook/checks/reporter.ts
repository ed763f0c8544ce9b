import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node"
import { beforeChecks, type CheckEvent, type CheckName } from "./failure.ts"
import { checkName, taskIn } from "./task-in.ts"

interface Thrown {
  readonly message: string
  readonly stack?: string
  readonly name?: string
}

/** Reports each check to the parent process as it ends. */
export default class EventReporter implements Reporter {
  private running: CheckName | undefined

  onTestCaseReady(test: TestCase): void {
    this.running = nameOf(test)
    tell({ kind: "begin" })
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result()
    if (state === "pending") return
    const { did, printed, failure = thrown(errors) } = test.meta()
    // What a server printed is known only after the check has failed.
    const whole = {
      ...failure,
      ...(did && { did }),
      ...(printed && { printed }),
    }
    const check = nameOf(test)
    const isFailed = state === "failed"
    tell({ kind: "end", check, state, ...(isFailed && { failure: whole }) })
  }

  /** A block also fails if its setup fails, before its first check. */
  onTestSuiteResult(suite: TestSuite): void {
    const task = taskIn(suite.name)
    const errors = suite.errors()
    if (errors.length > 0) fail(task ?? taskIn(topOf(suite)), errors)
    const tests = [...suite.children.allTests()]
    const isPassed = tests.every((test) => test.result().state === "passed")
    if (task && isPassed) tell({ kind: "passed", task })
  }

  onTestModuleEnd(module: TestModule): void {
    const errors = module.errors()
    if (errors.length > 0) fail(undefined, errors)
  }

  onTestRunEnd(_modules: unknown, errors: readonly Thrown[]): void {
    const [error] = errors
    if (!error) return
    // No check's error: the process that ran the checks has ended.
    if (/vitest-pool|Worker/.test(error.message)) tell({ kind: "lost" })
    else fail(this.running?.task, errors, this.running?.title)
  }
}

function fail(
  task: string | undefined,
  errors: readonly Thrown[],
  title = beforeChecks,
): void {
  const failure = thrown(errors)
  const check = { task, title }
  tell({ kind: "end", check, state: "failed", failure })
}

function thrown([error]: readonly Thrown[]) {
  const { message = "", stack = "", name = "Error" } = error ?? {}
  const [told = "", printed = ""] = message.split(" It printed:\n")
  const received = `${name}: ${told}`
  return { did: [], expected: "no error", received, stack, printed }
}

function nameOf(test: TestCase): CheckName {
  const names = [test.name]
  for (let it = test.parent; it.type === "suite"; it = it.parent) {
    names.unshift(it.name)
  }
  return checkName(names)
}

function topOf(suite: TestSuite): string {
  let top = suite
  while (top.parent.type === "suite") top = top.parent
  return top.name
}

function tell(event: CheckEvent): void {
  process.send?.(event)
}

import type { Arguments } from "../arguments.ts"
import { BookKeeper } from "../course/book-keeper.ts"
import { readCourse, type Task, tasksIn } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { bookOf } from "../course/failure-book.ts"
import { proveStarter, proveTask, proveWrongAnswer } from "../course/prove.ts"
import { assertRules } from "../course/rules.ts"
import { root } from "../folders.ts"
import { findTask } from "../learner/open.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { type Program, passes } from "../processes/program.ts"
import { findStep, listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run prove               for each task: a check fails without it, another
                            finds its commonest wrong answer, and what a
                            learner sees is what tests/failures/ says
npm run prove 4             … of step 4 only
npm run prove 4 listen      … this task only
npm run prove -- --update   writes tests/failures/ anew
npm run prove -- --whole    has a script go through the whole course, too`

export const takes = ["step", "task"]

/** As many as the machine has cores, on the smallest that we know. */
const atOnce = 2

interface Proof {
  readonly title: string
  run(): Promise<string | undefined>
}

export const options = {
  whole: { type: "boolean" },
  update: { type: "boolean" },
} as const

/** `npm run prove`: that every task is needed, and every starter a start. */
export async function run({ words, options }: Arguments): Promise<number> {
  const begin = performance.now()
  const all = readCourse(root)
  assertRules(root, all)
  const tasks = chosen(all, words)
  const steps = listSteps().filter(({ name }) =>
    tasks.some(({ step }) => step.name === name),
  )
  const books = steps.map(
    (step) => new BookKeeper(root, step, tasksIn(step, all)),
  )
  const proofs = books.flatMap((book) => [
    starter(book.step, all),
    ...tasksIn(book.step, tasks).flatMap((task) => proofsOf(task, book)),
  ])
  const redis = await findOrStartRedis()
  process.env.REDIS_URL = redis.url
  try {
    const failed = await proveAll(proofs)
    const problems = failed + settle(books, options.update === true)
    const seconds = Math.round((performance.now() - begin) / 1_000)
    console.log(
      `\n${proofs.length - failed} of ${proofs.length} proofs hold ` +
        `(${tasks.length} tasks, ${seconds} s).`,
    )
    if (problems > 0) return 1
    const few = ["--exclude", "tests/proofs/whole-course.test.ts"]
    const which = options.whole ? [] : few
    const run = ["vitest/vitest.mjs", "run"] as const
    const checks: Program = ["Proofs", ...run, "tests/proofs", ...which]
    return words.length > 0 || (await passes(checks, process.env)) ? 0 : 1
  } finally {
    await redis.stop()
  }
}

function chosen(
  tasks: readonly Task[],
  [stepWord, name]: readonly string[],
): readonly Task[] {
  if (stepWord === undefined) return tasks
  const step = findStep(stepWord)
  return name === undefined
    ? tasksIn(step, tasks)
    : [findTask({ step, tasks }, name)]
}

function starter(step: Step, tasks: readonly Task[]): Proof {
  return {
    title: `${step.name}: its starter`,
    async run() {
      await proveStarter(root, tasksIn(step, tasks))
      return undefined
    },
  }
}

function proofsOf(task: Task, book: BookKeeper): Proof[] {
  return [
    {
      title: task.id,
      async run() {
        const { check, text } = await proveTask(root, task)
        book.note(task, "untouched", text)
        return check
      },
    },
    {
      title: `${task.id}: its wrong answer`,
      async run() {
        const { check, text } = await proveWrongAnswer(
          root,
          task,
          book.linesOf(task),
        )
        book.note(task, "answered", text)
        return check
      },
    },
  ]
}

/** @returns how many books are not as they should be */
function settle(books: readonly BookKeeper[], update: boolean): number {
  let problems = 0
  for (const book of books) {
    const changes = book.settle(update)
    if (changes === "") continue
    if (update) {
      console.log(`Wrote ${bookOf(book.step.name)}`)
      continue
    }
    problems++
    console.log(
      `${styled("red", "✗")} ${bookOf(book.step.name)} says something else:\n` +
        `${changes}\nIf that is right: npm run prove -- --update`,
    )
  }
  return problems
}

/** @returns how many have failed */
async function proveAll(proofs: readonly Proof[]): Promise<number> {
  const left = [...proofs]
  let problems = 0
  async function work(): Promise<void> {
    for (let proof = left.shift(); proof; proof = left.shift()) {
      try {
        const check = await proof.run()
        const because = check ? styled("dim", `  ${check}`) : ""
        console.log(`${styled("green", "✓")} ${proof.title}${because}`)
      } catch (error) {
        if (!(error instanceof CourseError)) throw error
        problems++
        console.log(`${styled("red", "✗")} ${error.message}`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return problems
}

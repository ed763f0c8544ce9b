import type { Arguments } from "../arguments.ts"
import {
  type Look,
  lookAt,
  proveBeginning,
  proveWrongAnswer,
} from "../checks/prove.ts"
import { assertRules } from "../checks/rules.ts"
import { type WrongAnswer, wrongAnswers } from "../checks/wrong-answers.ts"
import { readCourse, type Task, tasksIn } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { root } from "../folders.ts"
import { findTask } from "../learner/open.ts"
import { seconds } from "../learner/say.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { type Program, passes } from "../processes/run.ts"
import { findStep, listSteps } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run prove               for each step: with its first tasks done, their
                            checks pass and the next one is named; for each known
                            wrong answer: it is red within five seconds, and
                            its own task is named
npm run prove 4             … of step 4 only
npm run prove 4 listen      … this task only
npm run prove 4 -- --show   … and prints what a learner sees
npm run prove -- --whole    also runs a script through the whole course`

export const takes = ["step", "task"]

/** As many as the machine has cores, on the smallest that we know. */
const atOnce = 2

/** How soon a check must be red for a wrong answer. The look at types and
 * promises before that takes about a second. */
const longestMs = 4_000

interface Proof {
  readonly title: string
  /** Whether it can take longer than `longestMs`. */
  readonly takesTime: boolean
  /** @returns what a learner sees, and after how long
   * @throws CourseError if the proof fails */
  run(): Promise<{ text: string; afterMs: number }>
}

export const options = {
  whole: { type: "boolean" },
  show: { type: "boolean" },
} as const

/** `npm run prove`: proves that the learner's loop is right. */
export async function run({ words, options }: Arguments): Promise<number> {
  const begin = performance.now()
  const all = readCourse(root)
  assertRules(root, all)
  const tasks = chosen(all, words)
  const redis = await findOrStartRedis()
  process.env.REDIS_URL = redis.url
  try {
    const proofs = await proofsOf(all, tasks)
    const failed = await proveAll(proofs, options.show === true)
    const took = Math.round((performance.now() - begin) / 1_000)
    const held = proofs.length - failed
    console.log(`\n${held} of ${proofs.length} proofs hold (${took} s).`)
    if (failed > 0) return 1
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

async function proofsOf(
  all: readonly Task[],
  chosen: readonly Task[],
): Promise<Proof[]> {
  const answers = listSteps().flatMap((step) => {
    const own = tasksIn(step, all)
    if (!own.some((task) => chosen.includes(task))) return []
    const names = own.map(({ name }) => name)
    return wrongAnswers(root, step, names).flatMap((answer) => {
      const task = own.find(({ name }) => name === answer.task)
      return task && chosen.includes(task) ? [[task, answer] as const] : []
    })
  })
  const looks = await lookAt(root, answers)
  return chosen.flatMap((task) => [
    beginning(tasksIn(task.step, all), task),
    ...answers.flatMap(([of, answer], index) => {
      const look = looks[index]
      return of === task && look ? [wrong(task, answer, look)] : []
    }),
  ])
}

function beginning(own: readonly Task[], next: Task): Proof {
  return {
    title: `${next.id} comes next`,
    takesTime: true,
    async run() {
      await proveBeginning(root, own, own.indexOf(next))
      return { text: "", afterMs: 0 }
    },
  }
}

function wrong(task: Task, answer: WrongAnswer, look: Look): Proof {
  const { what, takesTime } = answer
  return {
    title: `${task.id}: ${what}`,
    takesTime,
    run: () => proveWrongAnswer(root, task, answer, look),
  }
}

/** @returns how many have failed */
async function proveAll(
  proofs: readonly Proof[],
  isShown: boolean,
): Promise<number> {
  const left = [...proofs]
  const slow: Proof[] = []
  const times: number[] = []
  let problems = 0
  async function prove(proof: Proof): Promise<number> {
    try {
      const { text, afterMs } = await proof.run()
      const time = afterMs > 0 ? styled("dim", `  ${seconds(afterMs)}`) : ""
      console.log(`${styled("green", "✓")} ${proof.title}${time}`)
      if (isShown && text) console.log(text)
      return afterMs
    } catch (error) {
      if (!(error instanceof CourseError)) throw error
      problems++
      console.log(`${styled("red", "✗")} ${error.message}`)
      return 0
    }
  }
  async function work(): Promise<void> {
    for (let proof = left.shift(); proof; proof = left.shift()) {
      const afterMs = await prove(proof)
      if (afterMs > longestMs && !proof.takesTime) slow.push(proof)
      else if (afterMs > 0) times.push(afterMs)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  // A learner's machine runs one check at a time: slow proofs get a second try.
  for (const proof of slow) {
    const afterMs = await prove(proof)
    times.push(afterMs)
    if (afterMs <= longestMs) continue
    problems++
    console.log(`${styled("red", "✗")} ${proof.title}: ${seconds(afterMs)}`)
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
  if (median) console.log(`A check is red after ${seconds(median)} (median).`)
  return problems
}

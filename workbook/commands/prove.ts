import { readArguments } from "../arguments.ts"
import { readCourse, type Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { proveStarter, proveTask } from "../course/prove.ts"
import { root } from "../folders.ts"
import { findOrStartRedis } from "../redis.ts"
import { passes, type Stage } from "../stage.ts"
import { findStep } from "../steps.ts"
import { styled } from "../style.ts"

const help = `npm run prove              blanks each task in turn: a check must fail for it
npm run prove 4            … of step 4 only
npm run prove 4 listen     … this task only
npm run prove -- --whole   … and has a script go through the whole course`

/** As many as the machine has cores, on the smallest that we know. */
const atOnce = 2

interface Proof {
  readonly title: string
  run(): Promise<string | undefined>
}

/** `npm run prove`: that every task is needed, and every starter a start. */
export async function run(args: string[]): Promise<number> {
  const { words, options } = readArguments("prove", args, {
    whole: { type: "boolean" },
  })
  if (options.help) {
    console.log(help)
    return 0
  }
  const begin = performance.now()
  const tasks = chosen(readCourse(root), words)
  const proofs = [...starters(tasks), ...tasks.map(proofOf)]
  const redis = await findOrStartRedis()
  process.env.REDIS_URL = redis.url
  try {
    const problems = await proveAll(proofs)
    const seconds = Math.round((performance.now() - begin) / 1_000)
    console.log(
      `\n${proofs.length - problems} of ${proofs.length} proofs hold ` +
        `(${tasks.length} tasks, ${seconds} s).`,
    )
    if (problems > 0) return 1
    const all = ["run", "tests/proofs"]
    const few = [...all, "--exclude", "tests/proofs/whole-course.test.ts"]
    const which = options.whole ? all : few
    const checks: Stage = ["Proofs", "vitest/vitest.mjs", ...which]
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
  const own = tasks.filter((task) => task.step.name === step.name)
  return name === undefined ? own : own.filter((task) => task.name === name)
}

function proofOf(task: Task): Proof {
  return { title: task.id, run: () => proveTask(root, task) }
}

function starters(tasks: readonly Task[]): Proof[] {
  const names = [...new Set(tasks.map(({ step }) => step.name))]
  return names.map((name) => ({
    title: `${name}: its starter`,
    async run() {
      const own = tasks.filter(({ step }) => step.name === name)
      await proveStarter(root, own)
      return undefined
    },
  }))
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

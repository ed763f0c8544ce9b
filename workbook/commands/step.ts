import type { Arguments } from "../arguments.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { supervise } from "../processes/supervisor.ts"
import { noteRunning } from "../running.ts"
import { findStep, listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run step               lists the steps
npm run step 3             runs step 3; also: 03, pages, 03-pages
npm run step 3 8001        … on port 8001
npm run step 3 -- --trace  … and prints each frame and event (TRACE=1)
npm run step 3 -- --once   … and does not restart when a file changes

A running step restarts when a file in steps/ changes. Ctrl-C stops it.
Settings, from the environment:
  PORT           8000; 0 takes any free port
  HOST           localhost; 0.0.0.0 accepts other machines
  REDIS_URL      redis://127.0.0.1:6379
  DATABASE_PATH  .data/steps.sqlite3`

export const takes = ["step", "port"]

export const options = {
  port: { type: "string", short: "p" },
  trace: { type: "boolean" },
  once: { type: "boolean" },
} as const

/** `npm run step`: lists the steps, or runs one. */
export async function run({
  words,
  options: chosen,
}: Arguments): Promise<number> {
  const [word, port] = words
  if (word === undefined) {
    list()
    return 0
  }
  return runStep(findStep(word), port, chosen)
}

function list(): void {
  for (const { number, title, goal, minutes } of listSteps()) {
    const name = `${String(number).padStart(2)}  ${title.padEnd(9)}`
    console.log(`${styled("bold", name)} ${minutes} min  ${goal}`)
  }
  console.log("\nRun one: npm run step 3")
}

async function runStep(
  step: Step,
  portWord: string | undefined,
  chosen: Arguments["options"],
): Promise<number> {
  console.log(
    styled("bold", `Step ${step.number}, ${step.title}: ${step.goal}`),
  )
  console.log(step.try)
  const yours = `This is the finished step; yours: npm run learn ${step.number}`
  console.log(`${styled("dim", yours)}\n`)
  const redis = step.needs.includes("redis")
    ? await findOrStartRedis()
    : undefined
  if (redis) console.log(redis.how)
  const port = String(chosen.port ?? portWord ?? process.env.PORT ?? "8000")
  if (Number(port) > 0) noteRunning(Number(port))
  const trace = chosen.trace ? "1" : process.env.TRACE
  try {
    return await supervise({
      main: `steps/${step.name}/main.ts`,
      watched: chosen.once ? undefined : "steps",
      env: { ...process.env, PORT: port, TRACE: trace },
    })
  } finally {
    await redis?.stop()
  }
}

import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { checkStep } from "../learner/check-step.ts"
import { findTask, type Opened, openWork } from "../learner/open.ts"
import { nameOf } from "../learner/say.ts"
import { watchStep } from "../learner/watch-step.ts"
import { withRedis } from "../learner/with-redis.ts"
import { nextFreePort } from "../machine/free-port.ts"
import { hasSqlite, sqliteRemedy } from "../machine/sqlite.ts"
import { readPort } from "../port.ts"
import { listSteps } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run learn 3                       lays out your own step 3 in work/, and
                                      checks it whenever you save
npm run learn 3 8001                  … with your server on port 8001, and not on
                                      8000 or the next free one
npm run learn 3 -- --task json-script … with this one task to do
npm run learn 3 -- --fresh            … on the finished steps 1 and 2; yours are
                                      kept: npm run restore 1, npm run restore 2
npm run learn 3 -- --once             checks once; the exit code is 0 if all is well
npm run learn 3 -- --no-server        does not run your server
npm run learn 3 -- --poll             if changes of files are not noticed

Your own lines are never lost. Keys: h hint, t the task's text, d diff,
o open the page in a browser, r run all again, q quit.`

export const takes = ["step", "port"]

export const options = {
  task: { type: "string" },
  fresh: { type: "boolean" },
  once: { type: "boolean" },
  poll: { type: "boolean" },
  "no-server": { type: "boolean" },
} as const

/** `npm run learn 3`. */
export async function run({
  words,
  options: chosen,
}: Arguments): Promise<number> {
  const opened = openWork("learn", words[0])
  const { work, step, tasks } = opened
  if (step.needs.includes("sqlite") && !(await hasSqlite())) {
    throw new CommandError(sqliteRemedy)
  }
  const wanted = readPort(words[1] ?? (process.env.PORT || "8000"))
  const only = typeof chosen.task === "string" ? chosen.task : undefined
  if (only !== undefined) findTask(opened, only)
  await work.alone(async () => {
    if (chosen.fresh) await standOnFinished(opened)
    await work.layOut(step, only)
  })
  if (only !== undefined) await tellOthers(opened, only)
  await introduce(opened)
  return withRedis(step, async () => {
    if (chosen.once) {
      return (await checkStep(work, step, tasks, { all: true })) ? 0 : 1
    }
    const server = !chosen["no-server"]
    // A port that the learner has named is never replaced.
    const isAny = server && words[1] === undefined
    const port = isAny ? await nextFreePort(wanted) : wanted
    if (port !== wanted) {
      console.log(`Port ${wanted} is taken, so your server uses ${port}.`)
    }
    await watchStep(opened, { poll: chosen.poll === true, server, port })
    return 0
  })
}

async function standOnFinished({ work, step }: Opened): Promise<void> {
  for (const { number } of await work.refresh(step)) {
    console.log(
      `Step ${number} is now the finished one. Yours is kept: ` +
        `npm run restore ${number}`,
    )
  }
}

/** A file that was begun is never changed, so it keeps its other tasks. */
async function tellOthers({ work, step }: Opened, only: string): Promise<void> {
  const holes = await work.holes(step)
  const names = holes.map(({ name }) => name).filter((name) => name !== only)
  if (names.length === 0) return
  console.log(
    styled("yellow", "Files that you have changed keep their other tasks: ") +
      `${names.join(", ")}. To have one done for you: ` +
      `npm run solve ${step.number} ${names[0]}`,
  )
}

async function introduce({ work, step }: Opened): Promise<void> {
  const { number, title, goal, name } = step
  console.log(styled("bold", `Step ${number}, ${title}: ${goal}`))
  console.log(`Read: docs/steps/${name}.md, or its page in npm run docs`)
  for (const task of await work.holes(step)) {
    console.log(`  ${nameOf(task)}: ${await work.placeOf(task)}`)
  }
  const finished: number[] = []
  for (const earlier of listSteps().filter((it) => it.number < number)) {
    const { length } = await work.holes(earlier)
    if (length > 0) {
      console.log(
        styled("yellow", `Step ${earlier.number} has ${length} open tasks: `) +
          `npm run learn ${earlier.number}, or npm run solve ${earlier.number}`,
      )
    } else if (!(await work.isFilledIn(earlier))) finished.push(earlier.number)
  }
  if (finished.length > 0) {
    console.log(`It builds on finished earlier steps: ${finished.join(", ")}.`)
  }
}

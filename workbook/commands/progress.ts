import { readArguments } from "../arguments.ts"
import { openWork } from "../learner/open.ts"
import { readProgress } from "../learner/progress.ts"
import { listSteps } from "../steps.ts"
import { styled } from "../style.ts"

const help = `npm run progress             what your checks have seen work
npm run progress -- --json   … for a program to read`

/** `npm run progress`. */
export async function run(args: string[]): Promise<number> {
  const { options } = readArguments("progress", args, {
    json: { type: "boolean" },
  })
  if (options.help) {
    console.log(help)
    return 0
  }
  const { work, tasks } = openWork("progress", "1")
  const progress = await readProgress(work)
  if (options.json) {
    console.log(JSON.stringify(progress))
    return 0
  }
  for (const { name, number, title } of listSteps()) {
    const own = tasks.filter(({ step }) => step.name === name)
    const done = own.filter(({ id }) => progress.done.includes(id))
    const mark = progress.passed.includes(name) ? styled("green", "✓") : " "
    console.log(
      `${mark} ${number}  ${title.padEnd(9)} ${done.length} of ${own.length} tasks`,
    )
  }
  return 0
}

import type { IncomingMessage } from "node:http"
import type { Plugin } from "vite"
import { openWork } from "../../workbook/learner/open.ts"
import { allProgress } from "../../workbook/learner/report.ts"
import type { Passed } from "./theme/passed.ts"

/**
 * While `npm run docs` serves the site, `/progress.json` has what `npm run
 * progress` shows. Only the learner's own machine gets it: with `--host`, other
 * people must not see the progress of the machine that serves.
 */
export function serveProgress(): Plugin {
  return {
    name: "serve-progress",
    apply: "serve",
    configureServer({ config, middlewares }) {
      const path = `${config.base}progress.json`
      middlewares.use(path, (request, response, next) => {
        passedFor(request).then((passed) => {
          response.setHeader("Content-Type", "application/json")
          response.setHeader("Cache-Control", "no-store")
          response.end(JSON.stringify(passed))
        }, next)
      })
    },
  }
}

async function passedFor({ socket }: IncomingMessage): Promise<Passed[]> {
  if (!isThisMachine(socket.remoteAddress)) return []
  const { work, tasks } = openWork("docs", "1")
  const all = await allProgress(work, tasks)
  return all.map(({ step, states, isPassed }) => {
    const passed = [...states.values()].filter((state) => state === "passed")
    return {
      step: step.name,
      isPassed,
      passedTasks: passed.length,
      tasks: states.size,
    }
  })
}

/** Whether a request comes from the machine that serves.
 * @param address of its client, as Node tells it */
export function isThisMachine(address = ""): boolean {
  return /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/.test(address)
}

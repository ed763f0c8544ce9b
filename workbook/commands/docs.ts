import type { Arguments } from "../arguments.ts"
import { readPort } from "../port.ts"
import { passes } from "../processes/run.ts"

export const help = `npm run docs             serves the lessons, on port 5173 or the next free one
npm run docs 8080        … on port 8080
npm run docs -- --host   … also to other machines

An open page updates when a lesson or a step changes. The sidebar ticks the steps
that npm run progress ticks, for you alone. Ctrl-C stops the site.
To build the site: npm run docs:build. To check it: npm run docs:check.`

export const takes = ["port"]

export const options = {
  host: { type: "boolean" },
} as const

/** `npm run docs [port]`. */
export async function run({ words, options }: Arguments): Promise<number> {
  const [port] = words
  const where = port === undefined ? [] : ["--port", String(readPort(port))]
  const host = options.host ? ["--host"] : []
  let isStopped = false
  process.once("SIGINT", () => {
    isStopped = true
  })
  const serve = ["vitepress/bin/vitepress.js", "dev", "docs"] as const
  const isWell = await passes(["The lessons", ...serve, ...where, ...host])
  return isWell || isStopped ? 0 : 1
}

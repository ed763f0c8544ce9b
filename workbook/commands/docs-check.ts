import { join } from "node:path"
import type { Arguments } from "../arguments.ts"
import { root } from "../folders.ts"
import { findOrInstallChromium } from "../machine/chromium.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { type Program, passes } from "../processes/program.ts"
import { checkPages } from "../site/rules.ts"
import { firstScriptSize } from "../site/script-size.ts"
import { buildSite } from "../site/vitepress.ts"
import { styled } from "../style.ts"

export const help = `npm run docs:check               the pages' rules, the build, and the built
                                 site in a browser; traces and broken lines
npm run docs:check -- --rules    … only the rules, which takes seconds
npm run docs:check -- --update   … takes the traces of now for docs/golden

Redis and Chromium are found or, on Debian as root, installed.`

export const takes: string[] = []

export const options = {
  rules: { type: "boolean" },
  update: { type: "boolean" },
} as const

/** In s: whoever builds the site waits no longer. */
const longestBuild = 60

/** In kB, compressed: whoever opens the first page loads no more. */
const mostScript = 200

/** `npm run docs:check`: everything that must hold of the pages. */
export async function run({ options: chosen }: Arguments): Promise<number> {
  if (!followsRules()) return 1
  if (chosen.rules) return 0
  const chromium = findOrInstallChromium()
  const redis = await findOrStartRedis()
  const env = {
    ...process.env,
    CHROMIUM_PATH: chromium,
    REDIS_URL: redis.url,
  }
  try {
    if (!(await buildsWell())) return 1
    for (const program of programs(chosen.update === true)) {
      if (!(await passes(program, env))) return 1
    }
    return 0
  } finally {
    await redis.stop()
  }
}

function programs(update: boolean): Program[] {
  const vitest = ["vitest/vitest.mjs", "run"] as const
  const accept = update ? ["--update"] : []
  return [
    // Two at once: a browser waits a lot, and nothing here depends on time.
    ["The site in a browser", ...vitest, "tests/site", "--maxWorkers=2"],
    ["Traces, broken lines, rules", ...vitest, "tests/docs", ...accept],
  ]
}

function followsRules(): boolean {
  console.log(styled("bold", "\nThe pages' rules"))
  const problems = checkPages(root)
  for (const problem of problems) {
    console.error(`${styled("red", "✗")} ${problem}`)
  }
  if (problems.length === 0) console.log("They hold.")
  return problems.length === 0
}

async function buildsWell(): Promise<boolean> {
  const begin = performance.now()
  if (!(await buildSite())) return false
  const seconds = Math.ceil((performance.now() - begin) / 1_000)
  const folder = join(root, "docs/.vitepress/dist")
  const size = Math.ceil(firstScriptSize(folder) / 1_000)
  console.log(
    `Built in ${seconds} s, at most ${longestBuild}. The first page loads ` +
      `${size} kB of scripts, at most ${mostScript}.`,
  )
  return seconds <= longestBuild && size <= mostScript
}

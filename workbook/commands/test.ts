import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { installWithApt } from "../machine/apt.ts"
import { findOrInstallChromium } from "../machine/chromium.ts"
import {
  findOrStartRedis,
  ownRedisRemedy,
  redisBinary,
} from "../machine/redis.ts"
import { hasSqlite, sqliteRemedy } from "../machine/sqlite.ts"
import { type Program, passes } from "../processes/program.ts"
import { measureStart, startLimit } from "../processes/start-time.ts"
import { styled } from "../style.ts"

export const help = `npm test           types, lint, every check, and how fast step 1 starts
npm test 04 pages  only the checks whose file names contain 04 or pages

Redis and Chromium are found or, on Debian as root, installed.`

const typesAndLint: readonly Program[] = [
  ["Types", "typescript/bin/tsc"],
  [
    "Types of the pages' scripts",
    "typescript/bin/tsc",
    "-p",
    "tsconfig.browser.json",
  ],
  [
    "Lint and format",
    "@biomejs/biome/bin/biome",
    "check",
    "--error-on-warnings",
  ],
]

/** `npm test`: everything that must hold of the finished steps. */
export async function run({ words }: Arguments): Promise<number> {
  const chromium = await prepare()
  const redis = await findOrStartRedis()
  console.log(redis.how)
  const env = {
    ...process.env,
    CHROMIUM_PATH: chromium,
    REDIS_URL: redis.url,
  }
  const checks: Program = [
    "Checks",
    "vitest/vitest.mjs",
    "run",
    ...which(words),
  ]
  const programs = words.length > 0 ? [checks] : [...typesAndLint, checks]
  try {
    for (const program of programs) {
      if (!(await passes(program, env))) return 1
    }
    return words.length > 0 || (await startsInTime()) ? 0 : 1
  } finally {
    await redis.stop()
  }
}

/** `npm run prove`, `npm run docs:check` and `npm run bench -- --check` have
 * checks of their own. */
function which(words: readonly string[]): readonly string[] {
  if (words.length > 0) return words
  const others = ["tests/proofs", "tests/site", "tests/docs", "tests/bench"]
  return others.flatMap((folder) => ["--exclude", folder])
}

/** Nothing is skipped: what a check needs is found, installed, or asked for.
 * @returns Chromium's path */
async function prepare(): Promise<string> {
  if (!(await hasSqlite())) throw new CommandError(sqliteRemedy)
  if (!redisBinary() && !installWithApt("redis-server")) {
    throw new CommandError(ownRedisRemedy)
  }
  return findOrInstallChromium()
}

async function startsInTime(): Promise<boolean> {
  console.log(styled("bold", "\nHow fast step 1 starts"))
  const time = Math.round(await measureStart())
  console.log(`npm run step 1 listens after ${time} ms (median of five).`)
  if (time <= startLimit) return true
  console.error(`That is more than ${startLimit} ms.`)
  return false
}

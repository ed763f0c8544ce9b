import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { installWithApt } from "../machine/apt.ts"
import { findOrInstallChromium } from "../machine/chromium.ts"
import { prepareDjango } from "../machine/django.ts"
import {
  findOrStartRedis,
  ownRedisRemedy,
  redisBinary,
} from "../machine/redis.ts"
import { hasSqlite, sqliteRemedy } from "../machine/sqlite.ts"
import { endTree } from "../processes/end-tree.ts"
import { Output } from "../processes/output.ts"
import { type Program, passes } from "../processes/run.ts"
import { styled } from "../style.ts"

export const help = `npm test           types, lint, every check, and how fast step 1 starts
npm test 04 pages  only the checks whose file names contain 04 or pages

Redis and Chromium are found or, on Debian as root, installed. Django is
optional, unless CI is set: then it is treated like them.`

const tsc = "typescript/bin/tsc"
const biome = "@biomejs/biome/bin/biome"

const typesAndLint: readonly Program[] = [
  ["Types", tsc],
  ["Types of the pages' scripts", tsc, "-p", "tsconfig.browser.json"],
  ["Lint and format", biome, "check", "--error-on-warnings"],
]

/** `npm run prove`, `npm run docs:check`, `npm run bench -- --check` and `npm
 * run soak` have their own checks. */
const others = [
  "tests/proofs",
  "tests/site",
  "tests/docs",
  "tests/bench",
  "tests/soak",
]

/** How often step 1 is started, and how long a learner who types
 * `npm run step 1` waits, at the most. */
const starts = 5
const longestStartMs = 2_000

/** `npm test`: checks everything that must hold for the finished steps. */
export async function run({ words }: Arguments): Promise<number> {
  const chromium = await prepare()
  const redis = await findOrStartRedis()
  console.log(redis.how)
  const env = { ...process.env, CHROMIUM_PATH: chromium, REDIS_URL: redis.url }
  const isAll = words.length === 0
  const which = isAll ? others.flatMap((it) => ["--exclude", it]) : words
  const checks: Program = ["Checks", "vitest/vitest.mjs", "run", ...which]
  try {
    for (const program of isAll ? [...typesAndLint, checks] : [checks]) {
      if (!(await passes(program, env))) return 1
    }
    return !isAll || (await startsInTime()) ? 0 : 1
  } finally {
    await redis.stop()
  }
}

/** Nothing is skipped: what a check needs is found, installed or asked for. Only
 * a Django server may be missing, where `CI` is not set.
 * @returns Chromium's path */
async function prepare(): Promise<string> {
  if (!(await hasSqlite())) throw new CommandError(sqliteRemedy)
  if (!redisBinary() && !installWithApt("redis-server")) {
    throw new CommandError(ownRedisRemedy)
  }
  prepareDjango()
  return findOrInstallChromium()
}

async function startsInTime(): Promise<boolean> {
  console.log(styled("bold", "\nHow fast step 1 starts"))
  const times: number[] = []
  while (times.length < starts) times.push(await startMs())
  const median = times.sort((a, b) => a - b)[Math.floor(starts / 2)] ?? 0
  const ms = Math.round(median)
  console.log(`npm run step 1 listens after ${ms} ms (median of five).`)
  if (ms <= longestStartMs) return true
  console.error(`That is more than ${longestStartMs} ms.`)
  return false
}

/** From typing the command until it listens.
 * @throws CommandError if it does not */
async function startMs(): Promise<number> {
  const begin = performance.now()
  const child = spawn("npm", ["run", "step", "1", "0"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
    detached: process.platform !== "win32", // one process group, ended together
  })
  const output = new Output(child)
  if (!(await output.find(/Listening on/))) {
    throw new CommandError(`npm run step 1 does not start:\n${output.text}`)
  }
  const ms = performance.now() - begin
  const ended = once(child, "exit")
  endTree(child.pid as number)
  await ended
  return ms
}

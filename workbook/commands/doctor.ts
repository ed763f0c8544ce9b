import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Arguments } from "../arguments.ts"
import { chromiumRemedy, findChromium } from "../machine/chromium.ts"
import { djangoRemedy, findDjango } from "../machine/django.ts"
import { isFree } from "../machine/free-port.ts"
import { packagesProblem } from "../machine/packages.ts"
import {
  answers,
  defaultRedisUrl,
  findOrStartRedis,
  hasDocker,
  ownRedisRemedy,
  redisBinary,
  redisRemedy,
} from "../machine/redis.ts"
import { hasSqlite, sqliteRemedy } from "../machine/sqlite.ts"
import { readPort } from "../port.ts"
import { ServerProcess } from "../processes/server-process.ts"
import { listSteps } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run doctor                  what this machine has, what the workbook needs,
                                and how to get what is missing
npm run doctor -- --classroom   … also checks that every finished step starts
The exit code is 0 if nothing is missing, except what is optional.`

export const takes: string[] = []

export const options = {
  classroom: { type: "boolean" },
} as const

/** What the doctor reports about one part of the machine. */
interface Finding {
  readonly part: string
  readonly needed: string
  /** Undefined if it is missing. */
  readonly found: string | undefined
  /** The command, or the commands to choose from. */
  readonly remedy: string
  /** Everything else works without it. */
  readonly isOptional?: boolean
}

/** `npm run doctor`. */
export async function run({ options }: Arguments): Promise<number> {
  const missing: string[] = []
  for await (const finding of findings(options.classroom === true)) {
    print(finding)
    if (finding.found || finding.isOptional) continue
    missing.push(finding.part)
  }
  console.log(
    missing.length === 0
      ? "\nEverything is there. Begin with: npm run step 1"
      : `\nMissing: ${missing.join(", ")}.`,
  )
  return missing.length === 0 ? 0 : 1
}

/** Prints a line, and below it the remedy if the part is missing. */
function print({ part, needed, found, remedy, isOptional }: Finding): void {
  const bad = isOptional ? styled("dim", "–") : styled("red", "✗")
  const mark = found ? styled("green", "✓") : bad
  const what = (found ?? "not found").padEnd(28)
  console.log(`${mark} ${part.padEnd(12)} ${what} ${styled("dim", needed)}`)
  if (found === undefined) console.log(`  ${remedy.replaceAll("\n", "\n  ")}`)
}

async function* findings(isClassroom: boolean): AsyncIterable<Finding> {
  yield {
    part: "Node",
    needed: "20.19 or newer",
    found: process.versions.node,
    remedy: "", // run.cjs has already rejected an older one
  }
  const problem = packagesProblem()
  yield {
    part: "Packages",
    needed: "as in package-lock.json",
    found: problem ? undefined : "installed",
    remedy: `${problem}. Run: npm ci`,
  }
  const port = readPort(process.env.PORT || "8000")
  yield {
    part: "Port",
    needed: "for the step that runs",
    found: (await isFree(port)) ? `${port} is free` : undefined,
    remedy: `Port ${port} is taken: npm run step 3 ${port + 1}`,
  }
  const url = process.env.REDIS_URL
  yield {
    part: "Redis",
    needed: "for step 5",
    found: await redisFound(url),
    remedy: url ? "No Redis answers at REDIS_URL: unset it" : redisRemedy,
  }
  yield {
    part: "redis-server",
    needed: "for npm test",
    found: redisBinary(),
    remedy: ownRedisRemedy,
  }
  yield {
    part: "SQLite",
    needed: "for steps 6 and 7",
    found: (await hasSqlite()) ? "sqlite3 is built" : undefined,
    remedy: sqliteRemedy,
  }
  yield {
    part: "Chromium",
    needed: "for npm test",
    found: findChromium(),
    remedy: chromiumRemedy,
  }
  yield {
    part: "Django",
    needed: "for npm run demo 11, optional",
    found: findDjango()?.versions,
    remedy: djangoRemedy,
    isOptional: true,
  }
  if (isClassroom) yield* everyStep()
}

async function redisFound(url: string | undefined) {
  if (await answers(url || defaultRedisUrl)) return "running"
  if (url) return undefined
  return redisBinary() ?? (hasDocker() ? "with Docker" : undefined)
}

/** Starts each finished step once, with its own port and database. */
async function* everyStep(): AsyncIterable<Finding> {
  const redis = await findOrStartRedis().catch(() => undefined)
  const folder = await mkdtemp(join(tmpdir(), "workbook-doctor-"))
  const env = {
    DATABASE_PATH: join(folder, "steps.sqlite3"),
    ...(redis ? { REDIS_URL: redis.url } : {}),
  }
  try {
    for (const { name, number, title } of listSteps()) {
      const problem = await startProblem(name, env)
      yield {
        part: `Step ${number}`,
        needed: title,
        found: problem === undefined ? "starts and stops" : undefined,
        remedy: problem ?? "",
      }
    }
  } finally {
    await redis?.stop()
    await rm(folder, { recursive: true })
  }
}

async function startProblem(
  step: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const server = await ServerProcess.start(step, env)
    await server.stop()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

import { createServer } from "node:net"
import type { Arguments } from "../arguments.ts"
import { chromiumRemedy, findChromium } from "../machine/chromium.ts"
import { everyStep } from "../machine/every-step.ts"
import { type Finding, print } from "../machine/finding.ts"
import { packagesProblem } from "../machine/packages.ts"
import {
  answers,
  defaultRedisUrl,
  hasDocker,
  ownRedisRemedy,
  redisBinary,
  redisRemedy,
} from "../machine/redis.ts"
import { hasSqlite, sqliteRemedy } from "../machine/sqlite.ts"
import { readPort } from "../port.ts"

export const help = `npm run doctor                  what this machine has, what the workbook needs,
                                and how to mend the rest
npm run doctor -- --classroom   … and whether every finished step starts here
The exit code is 0 if nothing is missing.`

export const takes: string[] = []

export const options = {
  classroom: { type: "boolean" },
} as const

/** `npm run doctor`. */
export async function run({ options }: Arguments): Promise<number> {
  const findings = [
    node(),
    packages(),
    await port(readPort(process.env.PORT || "8000")),
    await redis(),
    ownRedis(),
    await sqlite(),
    chromium(),
  ]
  for (const finding of findings) print(finding)
  if (options.classroom) {
    for (const finding of await everyStep()) {
      print(finding)
      findings.push(finding)
    }
  }
  const missing = findings.filter(({ found }) => found === undefined)
  console.log(
    missing.length === 0
      ? "\nEverything is there. Begin with: npm run step 1"
      : `\nMissing: ${missing.map(({ part }) => part).join(", ")}.`,
  )
  return missing.length === 0 ? 0 : 1
}

function node(): Finding {
  // An older one has been sent away by run.cjs.
  const found = process.versions.node
  return { part: "Node", needed: "20.19 or newer", found, remedy: "" }
}

function packages(): Finding {
  const problem = packagesProblem()
  return {
    part: "Packages",
    needed: "as in package-lock.json",
    found: problem ? undefined : "installed",
    remedy: `${problem}. Run: npm ci`,
  }
}

async function port(number: number): Promise<Finding> {
  return {
    part: "Port",
    needed: "for the step that runs",
    found: (await isFree(number)) ? `${number} is free` : undefined,
    remedy: `Port ${number} is taken: npm run step 3 ${number + 1}`,
  }
}

function isFree(number: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once("error", () => resolve(false))
    server.listen(number, "127.0.0.1", () => server.close(() => resolve(true)))
  })
}

async function redis(): Promise<Finding> {
  const url = process.env.REDIS_URL
  const isRunning = await answers(url || defaultRedisUrl)
  const binary = redisBinary() ?? (hasDocker() ? "with Docker" : undefined)
  return {
    part: "Redis",
    needed: "for step 5",
    found: isRunning ? "running" : url ? undefined : binary,
    remedy: url ? "No Redis answers at REDIS_URL: unset it" : redisRemedy,
  }
}

function ownRedis(): Finding {
  return {
    part: "redis-server",
    needed: "for npm test",
    found: redisBinary(),
    remedy: ownRedisRemedy,
  }
}

async function sqlite(): Promise<Finding> {
  const found = (await hasSqlite()) ? "sqlite3 is built" : undefined
  const needed = "for steps 6 and 7"
  return { part: "SQLite", needed, found, remedy: sqliteRemedy }
}

function chromium(): Finding {
  const found = findChromium()
  return {
    part: "Chromium",
    needed: "for npm test",
    found,
    remedy: chromiumRemedy,
  }
}

import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ServerProcess } from "../processes/server-process.ts"
import { listSteps, type Step } from "../steps.ts"
import type { Finding } from "./finding.ts"
import { findOrStartRedis } from "./redis.ts"

/** Starts each finished step once, on a port and a database of its own. */
export async function everyStep(): Promise<Finding[]> {
  const redis = await findOrStartRedis().catch(() => undefined)
  const folder = await mkdtemp(join(tmpdir(), "workbook-doctor-"))
  const env = {
    DATABASE_PATH: join(folder, "steps.sqlite3"),
    ...(redis ? { REDIS_URL: redis.url } : {}),
  }
  const findings: Finding[] = []
  try {
    for (const step of listSteps()) findings.push(await startOf(step, env))
    return findings
  } finally {
    await redis?.stop()
    await rm(folder, { recursive: true })
  }
}

async function startOf(step: Step, env: NodeJS.ProcessEnv): Promise<Finding> {
  const part = `Step ${step.number}`
  try {
    const server = await ServerProcess.start(step.name, env)
    await server.stop()
    return { part, needed: step.title, found: "starts and stops", remedy: "" }
  } catch (error) {
    const remedy = error instanceof Error ? error.message : String(error)
    return { part, needed: step.title, found: undefined, remedy }
  }
}

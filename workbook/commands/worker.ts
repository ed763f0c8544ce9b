import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { isOurs } from "../learner/our-files.ts"
import { supervise } from "../processes/supervisor.ts"
import { findStep } from "../steps.ts"

export const help = `npm run worker         runs the worker of step 11: a process that answers
                       messages like /roll 2d6
npm run worker yours   … the one of your own step 11

It needs Redis, and the same settings as the servers:
  CHANNEL_LAYER   pubsub; core keeps messages for a worker that starts later
  REDIS_URL       redis://127.0.0.1:6379
  CHANNEL_PREFIX  asgi
It restarts when a file changes. Ctrl-C stops it.`

export const takes = ["whose"]

/** `npm run worker`. */
export async function run({ words: [whose] }: Arguments): Promise<number> {
  if (whose !== undefined && whose !== "yours") {
    throw new CommandError(
      `"${whose}" is not a worker: write yours, or nothing.`,
    )
  }
  const { name, number } = findStep("11")
  const watched = whose === undefined ? "steps" : process.env.WORK || "work"
  const main = join(watched, name, "worker.ts")
  if (!existsSync(resolve(root, main))) {
    throw new CommandError(
      `You have no step ${number} yet. Begin it with: npm run learn ${number}`,
    )
  }
  return supervise({ main, watched, isIgnored: isOurs, env: process.env })
}

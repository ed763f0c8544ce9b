import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as channels from "../05-redis/settings.ts"

export interface Settings extends channels.Settings {
  readonly databasePath: string
}

/** Named after this folder, so that a learner's own steps and the finished ones
 * never share a database. */
const steps = fileURLToPath(new URL("..", import.meta.url))
const defaultPath = join(dirname(steps), ".data", `${basename(steps)}.sqlite3`)

/** Also reads `DATABASE_PATH`. Redis is required only if `REDIS_URL` is set:
 * accounts work without it. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = channels.readSettings(env)
  const mayFallBack = !env.REDIS_URL
  return {
    ...settings,
    channelLayer: { ...settings.channelLayer, mayFallBack },
    databasePath: env.DATABASE_PATH || defaultPath,
  }
}

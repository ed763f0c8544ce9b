import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import {
  type Settings as ChannelSettings,
  readSettings as readChannelSettings,
} from "../05-redis/settings.ts"

export interface Settings extends ChannelSettings {
  readonly databasePath: string
}

/** The folder of the steps: its name is the database's, so that a learner's
 * own steps and the finished ones never share one. */
const steps = fileURLToPath(new URL("..", import.meta.url))

/** Reads also `DATABASE_PATH`. Only a Redis that was asked for must be there:
 * without one, accounts are worth having too. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = readChannelSettings(env)
  const mayFallBack = !env.REDIS_URL
  return {
    ...settings,
    channelLayer: { ...settings.channelLayer, mayFallBack },
    databasePath: env.DATABASE_PATH || defaultPath(),
  }
}

function defaultPath(): string {
  return join(dirname(steps), ".data", `${basename(steps)}.sqlite3`)
}

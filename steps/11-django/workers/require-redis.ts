import { defaultUrl } from "../../05-redis/settings.ts"

/** The in-memory layer is within one process: nobody else would get what another
 * program sends through it. So a program that is not the server needs Redis. */
export function requireRedis(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, REDIS_URL: env.REDIS_URL || defaultUrl }
}

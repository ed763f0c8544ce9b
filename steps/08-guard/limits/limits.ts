import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import type { Rate } from "./token-bucket.ts"

/** All that is counted. `undefined` and Infinity stand for no limit. */
export interface Limits {
  readonly messagesOfUser: Rate | undefined
  readonly socketsOfUser: number
  readonly socketsOfAddress: number
  readonly socketsOfProcess: number
  readonly handshakesOfAddress: Rate | undefined
  /** Pages, scripts and forms. */
  readonly requestsOfAddress: Rate | undefined
  readonly signUpsOfAddress: Rate | undefined
  /** Wrong passwords a minute, of one name from one address. */
  readonly guesses: number
}

/** Reads `LIMITS=off`, and each limit by its own name: a number, or `off`. Ends
 * the process if it is something else. */
export function readLimits(env: NodeJS.ProcessEnv): Limits {
  if (env.LIMITS && env.LIMITS !== "off") {
    failToStart(`LIMITS is "${env.LIMITS}": it may only be "off".`)
  }
  const limit = (name: string, usual: number): number => {
    const text = env[name] || (env.LIMITS === "off" ? "off" : String(usual))
    if (text === "off") return Number.POSITIVE_INFINITY
    const value = Number(text)
    if (/^\d+$/.test(text) && value > 0) return value
    return failToStart(
      `${name} is "${text}": write a number above 0, or "off".`,
    )
  }
  return {
    messagesOfUser: rateOf(limit("LIMIT_MESSAGES", 5), 4),
    socketsOfUser: limit("LIMIT_SOCKETS", 20),
    socketsOfAddress: limit("LIMIT_ADDRESS_SOCKETS", 200),
    socketsOfProcess: limit("LIMIT_PROCESS_SOCKETS", 10_000),
    handshakesOfAddress: rateOf(limit("LIMIT_HANDSHAKES", 20), 5),
    requestsOfAddress: rateOf(limit("LIMIT_REQUESTS", 100), 10),
    signUpsOfAddress: rateOf(limit("LIMIT_SIGN_UPS", 100) / 3_600, 1_800),
    guesses: limit("LIMIT_GUESSES", 5),
  }
}

/** @param seconds whose worth may come at once */
function rateOf(perSecond: number, seconds: number): Rate | undefined {
  if (perSecond === Number.POSITIVE_INFINITY) return undefined
  return { burst: perSecond * seconds, perSecond }
}

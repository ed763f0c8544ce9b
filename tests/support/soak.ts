import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { guardedSteps } from "./later-steps.ts"
import { ownEnvironment, startServer } from "./servers.ts"

const step = process.env.SOAK_STEP || guardedSteps.at(-1) || ""

/** Prints what was measured, for the person who has asked. */
export function figure(what: string, value: unknown): void {
  console.log(`${what}: ${JSON.stringify(value)}`)
}

/** The server that is attacked: the last step, or the one that SOAK_STEP names.
 * It believes which address a client names. */
export async function attackedServer(
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const own = await ownEnvironment()
  return startServer(step, { ...own, TRUST_PROXY: "1", ...env })
}

import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { ownEnvironment, startServer } from "./servers.ts"

const step = process.env.SOAK_STEP || "08-guard"

/** Prints what was measured, for the person who has asked. */
export function figure(what: string, value: unknown): void {
  console.log(`${what}: ${JSON.stringify(value)}`)
}

/** The server that is attacked: step 8, or the one that SOAK_STEP names. It
 * believes which address a client names. */
export async function attackedServer(
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const own = await ownEnvironment()
  return startServer(step, { ...own, TRUST_PROXY: "1", ...env })
}

import { passes } from "../processes/program.ts"

const program = "vitepress/bin/vitepress.js"

/** @returns whether every page could be built */
export function buildSite(): Promise<boolean> {
  return passes(["Pages", program, "build", "docs"], process.env)
}

export interface ServeOptions {
  /** Whether other machines are let in. */
  readonly host: boolean
  readonly port?: number | undefined
}

/** Serves the pages until a signal ends it; prints the address.
 * @returns whether it could */
export async function serveSite({
  host,
  port,
}: ServeOptions): Promise<boolean> {
  const words = ["dev", "docs"]
  if (port !== undefined) words.push("--port", String(port))
  if (host) words.push("--host")
  let isStopped = false
  process.once("SIGINT", () => {
    isStopped = true
  })
  const isWell = await passes(["The lessons", program, ...words], process.env)
  return isWell || isStopped
}

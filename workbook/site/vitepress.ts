import { passes } from "../stage.ts"

const program = "vitepress/bin/vitepress.js"

/** @returns whether every page could be built */
export function buildSite(): Promise<boolean> {
  return passes(["Pages", program, "build", "docs"], process.env)
}

export interface ServeOptions {
  /** Whether other machines are let in. */
  readonly host: boolean
  readonly port?: string | undefined
}

/** Serves the pages until a signal ends it; prints the address. */
export async function serveSite({ host, port }: ServeOptions): Promise<void> {
  const words = ["dev", "docs", ...(port ? ["--port", port] : [])]
  if (host) words.push("--host")
  await passes(["The lessons", program, ...words], process.env)
}

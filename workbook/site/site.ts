import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root as workbook } from "../folders.ts"
import { type Page, readPages } from "./page.ts"

/** What the rules look at. */
export interface Site {
  /** Of the workbook, or of a fixture that is laid out like it. */
  readonly root: string
  readonly pages: readonly Page[]
  /** The pages of the steps. */
  readonly lessons: readonly Page[]
  /** The commands of package.json. */
  readonly commands: readonly string[]
  /** @returns what the command says of itself */
  help(command: string): string
}

/** Finds out what is wrong with a site.
 * @returns sentences: where, what, and how to mend it */
export type Rule = (site: Site) => string[]

const helps = new Map<string, string>()

/** @param root of the workbook, or of a fixture */
export function readSite(root: string): Site {
  const pages = readPages(root)
  const text = readFileSync(join(root, "package.json"), "utf8")
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> }
  return {
    root,
    pages,
    lessons: pages.filter(({ step }) => step !== undefined),
    commands: Object.keys(scripts),
    help(command) {
      const known = helps.get(command) ?? askForHelp(command)
      helps.set(command, known)
      return known
    },
  }
}

function askForHelp(command: string): string {
  const line = ["workbook/run.cjs", command, "--help"]
  const { stdout } = spawnSync(process.execPath, line, {
    cwd: workbook,
    encoding: "utf8",
  })
  return stdout
}

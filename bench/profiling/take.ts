import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { CommandError } from "../../workbook/command-error.ts"
import { root } from "../../workbook/folders.ts"
import { scratchFolder } from "../../workbook/scratch-folder.ts"
import { findStep } from "../../workbook/steps.ts"
import { measure, type Pace } from "../measure.ts"
import { findRows, type RowName } from "../rows.ts"
import { findServers, type Server } from "../servers.ts"
import {
  functionsOf,
  type Profile,
  partsOf,
  type RawProfile,
} from "./profile.ts"

export interface ProfileOptions {
  /** "09-delivery" */
  readonly step: string
  readonly row: RowName
  readonly pace: Pace
}

/** Measures a step, while its processes take profiles of their main threads.
 * @throws CommandError for a wrong delivery */
export async function takeProfile(options: ProfileOptions): Promise<Profile> {
  const { step, row, pace } = options
  const { number } = findStep(step)
  const servers = findServers([String(number)])
  const rows = findRows(row)
  const profileFolder = scratchFolder(root, "profile")
  try {
    const plan = { servers, rows, turns: 1, pace, profileFolder }
    const { result, failures } = await measure(plan)
    const [measured] = result.measurements
    if (!measured) throw new CommandError(failures.join("\n"))
    const { cost, perSecond } = measured
    const raws = readRaw(profileFolder, servers)
    const parts = partsOf(functionsOf(raws), perSecond, cost)
    const { title } = servers[0] as Server
    const { date, machine } = result
    return { step, title, row, date, node: machine.node, cost, parts }
  } finally {
    rmSync(profileFolder, { recursive: true, force: true })
  }
}

/** @throws CommandError if a process has written none */
function readRaw(folder: string, [server]: readonly Server[]): RawProfile[] {
  const files = readdirSync(folder)
  if (files.length !== server?.processes) {
    throw new CommandError(
      `${server?.name} has written ${files.length} profiles instead of ` +
        `${server?.processes}: was it killed?`,
    )
  }
  return files.map((file) => {
    return JSON.parse(readFileSync(join(folder, file), "utf8"))
  })
}

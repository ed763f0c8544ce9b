import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { stepsFolder } from "../../workbook/folders.ts"

/**
 * A module of the steps under test, whichever folder they are in.
 * @param path like "04-groups/group-name.ts"
 */
export function load<Module>(path: string): Promise<Module> {
  return import(pathToFileURL(join(stepsFolder, path)).href)
}

import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { regionsOf } from "../../course/regions.ts"
import type { Site } from "../site.ts"

/** A step's file in backticks, and the regions named beside it. */
const named =
  /`(\d\d-[a-z]+\/[\w./-]+\.\w+)`(?:, regions? ((?:`[\w-]+`(?:, | and )?)+))?/g

/** Files and regions of steps that a sentence or a table names are there. */
export function namedFiles({ root, pages }: Site): string[] {
  return pages.flatMap((page) => {
    const lines = page.lines.filter(({ fence }) => fence === undefined)
    return lines.flatMap(({ number, text }) => {
      return [...text.matchAll(named)].flatMap(([, file = "", names = ""]) => {
        return missingIn(root, file, names).map(
          (problem) => `${page.place(number)}: ${problem}`,
        )
      })
    })
  })
}

function missingIn(root: string, file: string, names: string): string[] {
  const path = join(root, "steps", file)
  if (!existsSync(path)) return [`there is no file steps/${file}`]
  const regions = regionsOf(file, readFileSync(path, "utf8"))
  return [...names.matchAll(/`([\w-]+)`/g)]
    .filter(([, name]) => !regions.some((region) => region.name === name))
    .map(([, name]) => `steps/${file} has no region ${name}`)
}

import { resolve } from "node:path"
import type { Arguments } from "../arguments.ts"
import { csvOf, tableOf } from "../class/formats.ts"
import { plainText, readHandIns } from "../class/hand-ins.ts"
import { type Overview, overviewOf } from "../class/overview.ts"
import { CommandError } from "../command-error.ts"
import { readCourse } from "../course/course.ts"
import { root } from "../folders.ts"

export const help = `npm run class handed-in             which task each learner is at, and at
                                    which tasks most are stuck
npm run class handed-in -- --json   … for a program to read
npm run class handed-in -- --csv    … for a spreadsheet: a row for each learner

It reads what learners put into the folder handed-in: archives of npm run export
(.tgz, .tar.gz), and what npm run progress -- --json printed (.json). A file's
name without its ending is the learner's name. If a learner has several files,
the newest counts. Files that cannot be read are named and left out; the exit
code is 1 if no file can be read.`

export const takes = ["folder"]

export const options = {
  json: { type: "boolean" },
  csv: { type: "boolean" },
} as const

/** `npm run class FOLDER`. */
export async function run({ words, options }: Arguments): Promise<number> {
  const [word] = words
  if (word === undefined) {
    throw new CommandError("Which folder? For example: npm run class handed-in")
  }
  if (options.json && options.csv) {
    throw new CommandError("Choose one of --json and --csv.")
  }
  const place = plainText(word)
  const { read, leftOut } = await readHandIns(resolve(root, word), place)
  const overview = overviewOf(read, readCourse(root))
  const problems = [...leftOut, ...overview.leftOut]
  problems.sort((one, other) => one.file.localeCompare(other.file, "en"))
  for (const { file, reason } of problems) {
    console.error(`Left out ${file}: ${reason}`)
  }
  if (overview.learners.length === 0) {
    throw new CommandError(`No file in ${place} can be read.`)
  }
  const all: Overview = { ...overview, leftOut: problems }
  if (options.json) console.log(JSON.stringify(all, null, 2))
  else console.log(options.csv ? csvOf(all) : tableOf(all))
  return 0
}

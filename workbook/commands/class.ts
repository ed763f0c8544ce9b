import { resolve } from "node:path"
import type { Arguments } from "../arguments.ts"
import { csvOf } from "../class/csv.ts"
import { type HandIn, type LeftOut, readHandIns } from "../class/hand-ins.ts"
import { jsonOf } from "../class/json.ts"
import { newestOfEach } from "../class/newest.ts"
import { countStuck, type Learner, placeLearner } from "../class/overview.ts"
import { plainText } from "../class/plain-text.ts"
import { tableOf } from "../class/table.ts"
import { CommandError } from "../command-error.ts"
import { readCourse, type Task } from "../course/course.ts"
import { root } from "../folders.ts"

export const help = `npm run class handed-in             who is where, and at which tasks most are stuck
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
  const [place] = words
  if (place === undefined) {
    throw new CommandError("Which folder? For example: npm run class handed-in")
  }
  if (options.json && options.csv) {
    throw new CommandError("Choose one of --json and --csv.")
  }
  const { read, leftOut } = await readHandIns(resolve(root, place), place)
  const tasks = readCourse(root)
  const { placed, strangers } = placeAll(read, tasks)
  const { counted, older } = newestOfEach(placed)
  const problems = [...leftOut, ...strangers, ...older].sort(byFile)
  for (const { file, reason } of problems) {
    console.error(plainText(`Left out ${file}: ${reason}`))
  }
  if (counted.length === 0) {
    throw new CommandError(`No file in ${plainText(place)} can be read.`)
  }
  const stuck = countStuck(counted, tasks)
  if (options.json) console.log(jsonOf(counted, stuck, problems))
  else if (options.csv) console.log(csvOf(counted))
  else console.log(tableOf(counted, stuck))
  return 0
}

/** Where each learner is. Reports about another course do not count. */
function placeAll(
  handIns: readonly HandIn[],
  tasks: readonly Task[],
): { placed: Learner[]; strangers: LeftOut[] } {
  const placed: Learner[] = []
  const strangers: LeftOut[] = []
  for (const handIn of handIns) {
    const learner = placeLearner(handIn, tasks)
    const reason = "it has none of this workbook's tasks."
    if (learner) placed.push(learner)
    else strangers.push({ file: handIn.file, reason })
  }
  return { placed, strangers }
}

function byFile(one: LeftOut, other: LeftOut): number {
  return one.file.localeCompare(other.file, "en")
}

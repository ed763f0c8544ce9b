import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { listSteps, type Step } from "../steps.ts"
import { CourseError } from "./course-error.ts"
import { checkDisplayRegions } from "./display-regions.ts"
import { type TaskText, tasksOf } from "./lesson.ts"
import { type Region, regionsOf } from "./regions.ts"

export interface Task extends TaskText {
  /** "04-groups/group-send" */
  readonly id: string
  readonly step: Step
  readonly region: Region
}

/** All tasks of the course: each step's in the order of its page.
 * @param root of the workbook, or of a fixture with the same layout
 * @throws CourseError for the first rule of the course that is broken */
export function readCourse(root: string): Task[] {
  return listSteps(root).flatMap((step) => tasksOfStep(root, step))
}

/** The tasks of one step, in the order of its page. */
export function tasksIn(
  { name }: Step,
  tasks: readonly Task[],
): readonly Task[] {
  return tasks.filter(({ step }) => step.name === name)
}

/** The files of a step, relative to the steps' folder, with slashes. */
export function filesOf(stepsFolder: string, step: string): string[] {
  return readdirSync(join(stepsFolder, step), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.slice(join(stepsFolder, "/").length))
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
}

function tasksOfStep(root: string, step: Step): Task[] {
  const folder = join(root, "steps")
  const regions = filesOf(folder, step.name)
    .filter((file) => /\.[jt]s$/.test(file))
    .flatMap((file) =>
      regionsOf(file, readFileSync(join(folder, file), "utf8")),
    )
  const page = `docs/steps/${step.name}.md`
  const texts = tasksOf(page, readFileSync(join(root, page), "utf8"))
  const names = texts.map(({ name }) => name)
  checkDisplayRegions(root, page, regions, names)
  return texts.map((text) => taskOf(step, page, text, regions))
}

function taskOf(
  step: Step,
  page: string,
  text: TaskText,
  regions: readonly Region[],
): Task {
  const found = regions.filter(({ name }) => name === text.name)
  const [region] = found
  if (!region || found.length > 1) {
    throw new CourseError(
      `${page}: the task ${text.name} needs one region of that name in ` +
        `steps/${step.name}, and there are ${found.length}`,
    )
  }
  if (text.text === "") {
    throw new CourseError(`${page}: the task ${text.name} has no text`)
  }
  if (text.hints.length !== 3) {
    throw new CourseError(
      `${page}: the task ${text.name} needs three hints, "::: details Hint 1" ` +
        `to 3, and has ${text.hints.length}`,
    )
  }
  if (text.solution !== `${region.file}#${region.name}`) {
    throw new CourseError(
      `${page}: the task ${text.name} must end with its finished lines: ` +
        `<<< ../../steps/${region.file}#${region.name}`,
    )
  }
  return { ...text, id: `${step.name}/${text.name}`, step, region }
}

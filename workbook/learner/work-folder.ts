import { existsSync } from "node:fs"
import { readFile, rm } from "node:fs/promises"
import { join, relative } from "node:path"
import { filesOf, type Task, tasksIn } from "../course/course.ts"
import { holeOf, starterOf, withoutIdleTodo } from "../course/starter.ts"
import { root } from "../folders.ts"
import { listSteps, type Step } from "../steps.ts"
import type { CodeFile } from "./code.ts"
import { hasCode } from "./has-code.ts"
import { withLock } from "./lock.ts"
import { hashOf, isManifest, type Manifest, touched } from "./manifest.ts"
import { type ReadJson, readJson } from "./read-json.ts"
import { SavedCopies } from "./saved-copies.ts"
import { solvedText } from "./solution.ts"
import { createWhole, writeWhole } from "./whole-file.ts"

/** A file as it is laid out. */
interface Placed {
  readonly file: string
  readonly text: string
  /** The names of the tasks for which it has holes. */
  readonly blanked: readonly string[]
}

/**
 * The learner's own copies of the steps. Nothing in it is ever overwritten or
 * deleted without a copy in `.saved`: a file is written beside its place and
 * then moved there, so a killed command leaves either the old or the new file.
 * Use `alone` for a change that needs several methods.
 */
export class WorkFolder {
  readonly saved: SavedCopies

  constructor(
    readonly path: string,
    private readonly tasks: readonly Task[],
  ) {
    this.saved = new SavedCopies(path)
  }

  /** Does work while no other command writes here. Calls cannot be nested.
   * @throws CommandError if another command goes on for too long */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return withLock(this.path, work)
  }

  /** Whether the step has been laid out here. */
  async has(step: Step): Promise<boolean> {
    return (await this.read(`${step.name}/main.ts`)) !== undefined
  }

  /** A file's text, relative to the folder; undefined if there is none. */
  async read(file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.path, file), "utf8")
    } catch (error) {
      if (hasCode(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined
      throw error // it exists, and must not count as missing
    }
  }

  /** The step and the earlier ones, as far as they are here. */
  stepsUpTo({ number }: Step): Step[] {
    const isHere = ({ name }: Step) => existsSync(join(this.path, name))
    return listSteps().filter((it) => it.number <= number && isHere(it))
  }

  /** All files of steps, with their texts. */
  code(steps: readonly Step[]): Promise<CodeFile[]> {
    const files = steps
      .filter(({ name }) => existsSync(join(this.path, name)))
      .flatMap(({ name }) => filesOf(this.path, name))
    return Promise.all(
      files.map(async (file) => [file, (await this.read(file)) ?? ""] as const),
    )
  }

  /** Reads a file that a command has written. A broken one is renamed. */
  readJson<Value>(
    file: string,
    isRight: (value: unknown) => value is Value,
  ): Promise<ReadJson<Value>> {
    return readJson(this.path, file, isRight)
  }

  /** Lays out `todo.ts` again if it was deleted: every starter imports it. */
  async ensureTodo(): Promise<void> {
    if ((await this.read("todo.ts")) !== undefined) return
    await createWhole(join(this.path, "todo.ts"), await courseFile("todo.ts"))
  }

  /**
   * Lays out a step with holes, and the finished files of earlier steps if they
   * are missing. What the learner has written stays. Untouched files of the
   * step get the requested holes; those of earlier steps keep their holes.
   * Files are noted before they are laid out: if the command is killed in
   * between, the next one lays out the rest.
   * @param only the task to be blanked; if omitted, all of the step's are
   */
  async layOut(step: Step, only?: string): Promise<void> {
    const manifest = await this.readManifest()
    const wanted: Placed[] = []
    const steps = listSteps().filter(({ number }) => number <= step.number)
    for (const { name, number } of steps) {
      const isThis = number === step.number
      for (const file of filesOf(join(root, "steps"), name)) {
        const before = manifest[file]?.blanked ?? []
        const isWanted = (task: string) =>
          isThis ? only === undefined || task === only : before.includes(task)
        const holes = this.tasks.filter(
          (task) => task.region.file === file && isWanted(task.name),
        )
        const finished = await readFile(join(root, "steps", file), "utf8")
        const text = starterOf(file, finished, this.tasks, holes)
        const blanked = holes.map((task) => task.name)
        wanted.push({ file, text, blanked })
      }
    }
    for (const file of ["todo.ts", "AGENTS.md"]) {
      wanted.push({ file, text: await courseFile(file), blanked: [] })
    }
    const placed: Placed[] = []
    for (const it of wanted) {
      if (await this.mayPlace(manifest, it)) placed.push(it)
    }
    for (const { file, text, blanked } of placed) {
      manifest[file] = { hash: hashOf(text), blanked }
    }
    await this.writeManifest(manifest)
    for (const it of placed) await this.place(it)
  }

  /** Puts the finished steps in the place of those before one, after keeping a
   * copy of each that differs.
   * @returns the steps that were replaced */
  async refresh(step: Step): Promise<Step[]> {
    const replaced: Step[] = []
    for (const earlier of listSteps()) {
      if (earlier.number >= step.number || !(await this.has(earlier))) continue
      if (await this.isFinished(earlier)) continue
      await this.remove(earlier)
      replaced.push(earlier)
    }
    return replaced
  }

  /** The step's tasks that still have holes. */
  async holes(step: Step): Promise<Task[]> {
    const own = tasksIn(step, this.tasks)
    const texts = await Promise.all(
      own.map((task) => this.read(task.region.file)),
    )
    return own.filter((task, index) => texts[index]?.includes(holeOf(task.id)))
  }

  /** Whether the learner has filled all holes of a step: one that was laid out
   * finished, as later steps stand on it, has none either. */
  async isFilledIn(step: Step): Promise<boolean> {
    if ((await this.holes(step)).length > 0) return false
    const manifest = await this.readManifest()
    for (const { region } of tasksIn(step, this.tasks)) {
      const text = await this.read(region.file)
      if (text === undefined) return false
      if (hashOf(text) !== manifest[region.file]?.hash) return true
    }
    return false
  }

  /** Where a task's hole or its lines are, in a form that terminals and editors
   * can open. */
  async placeOf({ id, name, region }: Task): Promise<string> {
    const lines = ((await this.read(region.file)) ?? "").split("\n")
    const hole = lines.findIndex((line) => line.includes(holeOf(id)))
    const marker = lines.findIndex(
      (line) => line.trim() === `// #region ${name}`,
    )
    const line = hole >= 0 ? hole + 1 : marker + 2
    return `${relative(root, join(this.path, region.file))}:${line}`
  }

  /** Puts the finished lines where tasks' holes are, after keeping one copy.
   * @returns the tasks that were filled in: none, and no copy, where those
   * lines are there already
   * @throws CommandError if a task's region is no longer there: then nothing
   * has changed */
  async solve(tasks: readonly Task[]): Promise<Task[]> {
    const texts = new Map<string, string>()
    const changed: Task[] = []
    for (const task of tasks) {
      const { file } = task.region
      const text = texts.get(file) ?? (await this.read(file))
      const solved = await solvedText(task, text)
      if (solved === text) continue
      texts.set(file, solved)
      changed.push(task)
    }
    const steps = new Map(changed.map(({ step }) => [step.name, step]))
    for (const step of steps.values()) await this.keep(step)
    for (const [file, text] of texts) {
      await this.write(file, withoutIdleTodo(text))
    }
    return changed
  }

  /** Starts the step over, after keeping a copy. */
  async reset(step: Step): Promise<void> {
    await this.remove(step)
    await this.layOut(step)
  }

  /** Brings a copy back, after keeping what is there now. From then on all of
   * it counts as the learner's, even what looks as if it had been laid out.
   * @param copy one of `saved.list` */
  async restore(step: Step, copy: string): Promise<void> {
    await this.keep(step)
    // Noted first: a command that is killed in between loses nothing.
    const manifest = await this.readManifest()
    this.markTouched(manifest, step)
    for (const file of filesOf(join(this.path, ".saved"), copy)) {
      manifest[`${step.name}${file.slice(copy.length)}`] = touched
    }
    await this.writeManifest(manifest)
    await this.saved.bringBack(copy, step.name)
  }

  /** Replaces a file, relative to the folder. */
  write(file: string, text: string): Promise<void> {
    return writeWhole(join(this.path, file), text)
  }

  /** Keeps a copy of the step, and removes the step. */
  private async remove(step: Step): Promise<void> {
    await this.keep(step)
    const manifest = await this.readManifest()
    for (const file of Object.keys(manifest)) {
      if (file.startsWith(`${step.name}/`)) delete manifest[file]
    }
    await this.writeManifest(manifest)
    await rm(join(this.path, step.name), { recursive: true })
  }

  /** Whether every file of a step here is the finished one. */
  private async isFinished({ name }: Step): Promise<boolean> {
    const steps = join(root, "steps")
    const files = filesOf(steps, name)
    if (filesOf(this.path, name).join() !== files.join()) return false
    for (const file of files) {
      const text = await readFile(join(steps, file), "utf8")
      const finished = starterOf(file, text, this.tasks, [])
      if ((await this.read(file)) !== finished) return false
    }
    return true
  }

  private async keep(step: Step): Promise<void> {
    const isThere = existsSync(join(this.path, step.name))
    if (isThere) await this.saved.keep(step.name)
  }

  /** Whether a file can be placed without replacing the learner's work. */
  private async mayPlace(
    manifest: Manifest,
    { file, text, blanked }: Placed,
  ): Promise<boolean> {
    const current = await this.read(file)
    const known = manifest[file]
    if (current === undefined) return true
    if (known?.hash === touched.hash) return false
    if (hashOf(current) === known?.hash) return true
    // If a hole that the file was given is missing, the learner has filled it.
    // If it were noted as untouched, the next hole would replace their lines.
    const isFilled = known?.blanked.some((name) => !blanked.includes(name))
    return current === text && !isFilled
  }

  private async place({ file, text }: Placed): Promise<void> {
    const current = await this.read(file)
    if (current === undefined) {
      await createWhole(join(this.path, file), text)
    } else if (current !== text) {
      await this.write(file, text)
    }
  }

  /** If it is broken or has been deleted, all files count as touched. */
  private async readManifest(): Promise<Manifest> {
    const { value } = await this.readJson(".manifest.json", isManifest)
    if (value) return value
    const manifest: Manifest = {}
    for (const step of listSteps()) this.markTouched(manifest, step)
    return manifest
  }

  private markTouched(manifest: Manifest, { name }: Step): void {
    if (!existsSync(join(this.path, name))) return
    for (const file of filesOf(this.path, name)) manifest[file] = touched
  }

  private writeManifest(manifest: Manifest): Promise<void> {
    const json = `${JSON.stringify(manifest, null, 2)}\n`
    return this.write(".manifest.json", json)
  }
}

function courseFile(name: string): Promise<string> {
  return readFile(join(root, "workbook/course", name.toLowerCase()), "utf8")
}

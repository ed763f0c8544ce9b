import { createHash, randomUUID } from "node:crypto"
import {
  cp,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { CommandError } from "../command-error.ts"
import { filesOf, type Task } from "../course/course.ts"
import { blank } from "../course/starter.ts"
import { root } from "../folders.ts"
import { listSteps, type Step } from "../steps.ts"

/** What was laid out: a file that still has this hash is untouched. */
interface LaidOut {
  readonly hash: string
  /** The names of the tasks that it was given holes for. */
  readonly blanked: readonly string[]
}

interface Saved {
  /** The folder in `.saved`, which begins with the time. */
  readonly name: string
  readonly step: string
}

/**
 * The learner's own copies of the steps. Nothing in it is ever overwritten or
 * deleted without a copy in `.saved`: a file is written beside its place and
 * then put there as a whole, so that being killed leaves the old or the new.
 */
export class WorkFolder {
  constructor(
    readonly path: string,
    private readonly tasks: readonly Task[],
  ) {}

  /** Whether the step has been laid out here. */
  async has(step: Step): Promise<boolean> {
    return (await this.read(`${step.name}/main.ts`)) !== undefined
  }

  /** A file's text, relative to the folder; undefined if there is none. */
  async read(file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.path, file), "utf8")
    } catch {
      return undefined
    }
  }

  /**
   * Lays out a step with holes, and the finished files of earlier steps where
   * they are missing. What the learner has written stays.
   * @param only the task to be blanked; all of the step's without it
   */
  async layOut(step: Step, only?: string): Promise<void> {
    const manifest = await this.readManifest()
    const steps = listSteps().filter(({ number }) => number <= step.number)
    for (const { name, number } of steps) {
      const isThis = number === step.number
      for (const file of filesOf(join(root, "steps"), name)) {
        const before = manifest[file]
        const holes = this.tasks.filter(
          (task) =>
            task.region.file === file &&
            (before && before.blanked.length > 0
              ? before.blanked.includes(task.name)
              : isThis && (only === undefined || task.name === only)),
        )
        const laidOut = await this.layOutFile(file, holes, before)
        if (laidOut) manifest[file] = laidOut
      }
    }
    await this.write("todo.ts", await courseFile("todo.ts"))
    await this.write("AGENTS.md", await courseFile("agents.md"))
    const json = `${JSON.stringify(manifest, null, 2)}\n`
    await this.write(".manifest.json", json)
  }

  /** The step's tasks whose holes are still there. */
  async holes(step: Step): Promise<Task[]> {
    const own = this.tasks.filter((task) => task.step.name === step.name)
    const texts = await Promise.all(
      own.map((task) => this.read(task.region.file)),
    )
    return own.filter((task, index) => texts[index]?.includes(holeOf(task)))
  }

  /** Where a task's hole is, as terminals and editors can open it. */
  async placeOf(task: Task): Promise<string> {
    const lines = ((await this.read(task.region.file)) ?? "").split("\n")
    const line = lines.findIndex((it) => it.includes(holeOf(task))) + 1
    return `${relative(root, join(this.path, task.region.file))}:${line}`
  }

  /** Puts the finished lines where a task's hole is, after keeping a copy.
   * @throws CommandError if the task's region is no longer there */
  async solve(task: Task): Promise<void> {
    const { file } = task.region
    const text = await this.read(file)
    const region = text && regionPattern(task.name).exec(text)
    if (!region) {
      throw new CommandError(
        `work/${file} no longer has the lines "// #region ${task.name}" and ` +
          `"// #endregion ${task.name}": compare it with steps/${file}`,
      )
    }
    const finished = await readFile(join(root, "steps", file), "utf8")
    const [lines = ""] = regionPattern(task.name).exec(finished) ?? []
    await this.save(task.step)
    const solved = text.replace(region[0], () => lines)
    await this.write(file, withoutIdleImport(solved))
  }

  /** Begins the step anew, after keeping a copy. */
  async reset(step: Step): Promise<void> {
    await this.save(step)
    const manifest = await this.readManifest()
    for (const file of Object.keys(manifest)) {
      if (file.startsWith(`${step.name}/`)) delete manifest[file]
    }
    const json = `${JSON.stringify(manifest, null, 2)}\n`
    await this.write(".manifest.json", json)
    await rm(join(this.path, step.name), { recursive: true })
    await this.layOut(step)
  }

  /** The copies that were kept, the newest first. */
  async saved(): Promise<Saved[]> {
    const names = await readdir(join(this.path, ".saved")).catch(() => [])
    const whole = names.filter((name) => !name.startsWith("."))
    return whole
      .sort()
      .reverse()
      .map((name) => ({ name, step: name.split("_")[1] ?? "" }))
  }

  /** Brings a copy back, after keeping what is there now. */
  async restore(step: Step, { name }: Saved): Promise<void> {
    await this.save(step)
    const target = join(this.path, step.name)
    await rm(target, { recursive: true, force: true })
    await cp(join(this.path, ".saved", name), target, { recursive: true })
  }

  /** Keeps a copy of the step as it is now. */
  async save(step: Step): Promise<void> {
    if (!(await this.has(step))) return
    const folder = join(this.path, ".saved")
    const half = join(folder, `.${randomUUID()}`)
    await mkdir(folder, { recursive: true })
    await cp(join(this.path, step.name), half, { recursive: true })
    const time = new Date().toISOString().replaceAll(":", "-")
    await rename(half, join(folder, `${time}_${step.name}`))
  }

  /** Replaces a file as a whole. */
  async write(file: string, text: string): Promise<void> {
    await rename(await this.half(text), await this.placeFor(file))
  }

  private async layOutFile(
    file: string,
    holes: readonly Task[],
    before: LaidOut | undefined,
  ): Promise<LaidOut | undefined> {
    const finished = await readFile(join(root, "steps", file), "utf8")
    const text = blank(file, finished, holes)
    const laidOut = {
      hash: hashOf(text),
      blanked: holes.map(({ name }) => name),
    }
    const current = await this.read(file)
    if (current === undefined) return this.create(file, text, laidOut)
    if (hashOf(current) === laidOut.hash) return laidOut
    if (before?.hash !== hashOf(current)) return undefined // the learner's own
    await this.write(file, text)
    return laidOut
  }

  /** Puts a new file in its place, unless somebody else was faster. */
  private async create(
    file: string,
    text: string,
    laidOut: LaidOut,
  ): Promise<LaidOut | undefined> {
    const half = await this.half(text)
    try {
      await link(half, await this.placeFor(file))
      return laidOut
    } catch {
      return undefined
    } finally {
      await rm(half)
    }
  }

  private async half(text: string): Promise<string> {
    await mkdir(this.path, { recursive: true })
    const path = join(this.path, `.half-${randomUUID()}`)
    await writeFile(path, text)
    return path
  }

  private async placeFor(file: string): Promise<string> {
    const path = join(this.path, file)
    await mkdir(dirname(path), { recursive: true })
    return path
  }

  private async readManifest(): Promise<Record<string, LaidOut>> {
    return JSON.parse((await this.read(".manifest.json")) ?? "{}")
  }
}

function courseFile(name: string): Promise<string> {
  return readFile(join(root, "workbook", "course", name), "utf8")
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

function holeOf(task: Task): string {
  return `todo("${task.id}")`
}

function regionPattern(name: string): RegExp {
  return new RegExp(
    `^[ \\t]*// #region ${name}$[\\s\\S]*?^[ \\t]*// #endregion ${name}$`,
    "m",
  )
}

/** A file without holes needs no `todo`. */
function withoutIdleImport(text: string): string {
  const calls = text.match(/\btodo\("/g) ?? []
  return calls.length > 0
    ? text
    : text.replace(/^import \{ todo \} from "[./]*todo\.ts"\n/m, "")
}

import { randomUUID } from "node:crypto"
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"

/** Copies of the learner's steps, each in a folder named after its time. */
export class SavedCopies {
  private readonly folder: string

  /** @param work the learner's folder */
  constructor(private readonly work: string) {
    this.folder = join(work, ".saved")
  }

  /** Keeps a copy of a step's folder as it is now. */
  async keep(step: string): Promise<void> {
    const half = join(this.folder, `.${randomUUID()}`)
    await mkdir(this.folder, { recursive: true })
    await cp(join(this.work, step), half, { recursive: true })
    const time = new Date().toISOString().replaceAll(":", "-")
    await rename(half, join(this.folder, `${time}_${step}`))
  }

  /** @returns the names of a step's copies, newest first */
  async list(step: string): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => [])
    const own = names.filter(
      (name) => /^[^.]/.test(name) && name.endsWith(step),
    )
    return own.sort().reverse()
  }

  /** Replaces the step's folder with a copy. */
  async bringBack(name: string, step: string): Promise<void> {
    const target = join(this.work, step)
    await rm(target, { recursive: true, force: true })
    await cp(join(this.folder, name), target, { recursive: true })
  }
}

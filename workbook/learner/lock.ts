import { randomUUID } from "node:crypto"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { CommandError } from "../command-error.ts"
import { hasCode } from "./has-code.ts"
import { makeFolder } from "./make-folder.ts"

const name = ".lock"

/** In ms: no command writes for this long. */
const longest = 10_000

/** In ms: the time between two looks at another command's lock. */
const pause = 25

/** In ms: an empty lock has only just been made, or its process was killed at
 * that moment. */
const youth = 2_000

/** The paths of this process's locks, by their tokens. */
const held = new Map<string, string>()

// Ctrl-C ends a command while it writes: no command has to wait for its lock.
process.on("exit", () => {
  for (const path of held.values()) rmSync(path, { force: true })
})

/**
 * Does work while no other command writes in the learner's folder. It waits for
 * the one that does, and takes over from one that was killed.
 * @throws CommandError if it has waited for too long
 */
export async function withLock<Result>(
  folder: string,
  work: () => Promise<Result>,
  timeoutMs = longest,
): Promise<Result> {
  const path = join(folder, name)
  const token = randomUUID()
  const end = performance.now() + timeoutMs
  while (!take(folder, path, token)) {
    if (removeStale(path)) continue
    if (performance.now() > end) {
      throw new CommandError(
        "Another command is writing in work/. Try again when it has ended; " +
          `if there is none, delete work/${name}`,
      )
    }
    await delay(pause)
  }
  try {
    return await work()
  } finally {
    held.delete(token)
    rmSync(path, { force: true })
  }
}

/** @returns false if another command has it */
function take(folder: string, path: string, token: string): boolean {
  makeFolder(folder)
  if (!create(path, `${process.pid} ${token}`)) return false
  held.set(token, path)
  return true
}

/**
 * Removes a lock whose process is gone. Only one of the processes that find it
 * may do so: a slower one would remove the next process's lock. It must first
 * make a file named after the lock, and then find the lock unchanged.
 * @returns whether it is worth trying again at once
 */
function removeStale(path: string): boolean {
  const stale = read(path)
  if (stale === undefined) return true
  if (isAlive(path, stale)) return false
  const [, token = "unreadable"] = tokenPattern.exec(stale) ?? []
  const mine = `${path}-${token}`
  if (!create(mine, "")) return false
  try {
    if (read(path) === stale && !isAlive(path, stale)) rmSync(path)
    return true
  } finally {
    rmSync(mine, { force: true })
  }
}

const tokenPattern = /^\d+ ([\w-]+)$/

function isAlive(path: string, text: string): boolean {
  const [, token] = tokenPattern.exec(text) ?? []
  if (token === undefined) return Date.now() - madeAt(path) < youth
  const pid = Number.parseInt(text, 10)
  // Ids are reused, in containers soon: this process knows what it holds.
  if (pid === process.pid) return held.has(token)
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, "EPERM") // the process belongs to another user
  }
}

/** In ms; the current time if it is gone. */
function madeAt(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.mtimeMs ?? Date.now()
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

/** @returns false if it already exists */
function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" })
    return true
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false
    throw error
  }
}

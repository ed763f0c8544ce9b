import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { root } from "../folders.ts"
import { onPath } from "../machine/on-path.ts"
import { killAtExit } from "../processes/child.ts"
import { findStep, type Step } from "../steps.ts"

/** Opens a page in a browser: the chat's page, or the lesson for the steps that
 * have no page, because it has a console for their sockets. */
export async function openPage(port: number, step: Step): Promise<void> {
  const hasPage = step.number >= findStep("pages").number
  const url = hasPage ? `http://localhost:${port}/chat/` : await lesson(step)
  const opener = ["xdg-open", "open", "explorer"].find(onPath)
  console.log(`Opening ${url}`)
  // If nothing can open it, the printed address can be clicked.
  if (opener) spawn(opener, [url], { stdio: "ignore" }).on("error", () => {})
}

let served: Promise<string> | undefined

/** The address of a lesson, served as `npm run docs` does until this process
 * ends. */
async function lesson({ name }: Step): Promise<string> {
  if (!served) console.log("Starting the site with the lessons …")
  served ??= serveSite()
  return `${await served}steps/${name}`
}

/** @returns the site's address
 * @throws Error if it ends before it has one */
async function serveSite(): Promise<string> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, "workbook/run.cjs"), "docs"],
    { cwd: root, stdio: ["ignore", "pipe", "ignore"] },
  )
  killAtExit(child)
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      const [address] = /http:\/\/localhost:\d+\//.exec(line) ?? []
      if (!address) continue
      child.stdout.resume() // later output does not matter
      return address
    }
  }
  throw new Error("The site does not start. To see why: npm run docs")
}

import { spawn } from "node:child_process"
import { lessonOf } from "../folders.ts"
import { onPath } from "../machine/on-path.ts"
import type { Step } from "../steps.ts"

/** Where `npm run docs` serves the lessons. */
const docs = "http://localhost:5173"

/** Opens the chat's page in a browser. The first steps have none: then it opens
 * the lesson, which has a console for their sockets. */
export async function openPage(port: number, step: Step): Promise<void> {
  const chat = `http://localhost:${port}/chat/`
  const lesson = `${docs}/steps/${step.name}`
  const url = (await answers(chat)) ? chat : lesson
  if (url === lesson && !(await answers(lesson))) {
    console.log(
      `This step has no page, and its lesson is not served: npm run docs, then ` +
        `${lesson}, or read ${lessonOf(step.name)}`,
    )
    return
  }
  const opener = ["xdg-open", "open", "explorer"].find(onPath)
  console.log(`Opening ${url}`)
  // Where nothing can open it, the address is there to be clicked.
  if (opener) spawn(opener, [url], { stdio: "ignore" }).on("error", () => {})
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  return answer?.ok === true
}

import { root } from "../folders.ts"
import { listSteps, type Step } from "../steps.ts"
import { readPages } from "./page.ts"

/** A line of the run sheet. */
export interface Moment {
  readonly what: string
  readonly minutes: number
  /** When it begins, like "13:05". */
  readonly clock: string
  /** What the instructor starts, or everyone. */
  readonly command?: string | undefined
}

/** A line of the plan. */
export interface DayPart {
  readonly name: string
  readonly what: string
  readonly moments: readonly Moment[]
}

export interface Day {
  readonly parts: readonly DayPart[]
  /** When it ends. */
  readonly end: string
}

type Planned = Omit<DayPart, "moments"> & {
  readonly moments: readonly Omit<Moment, "clock">[]
}

const beginsAt = 9 * 60

/** Steps of which learners do only one task, as an example. */
const oneTask: Readonly<Record<number, string>> = {
  3: "json-script",
  6: "origin",
  7: "history",
}

const wholeSteps = [1, 2, 4, 5]

/** Later steps are for another day. */
const lastStep = 7

/** What comes after a step. */
const pauses: Readonly<
  Record<number, readonly [name: string, minutes: number]>
> = {
  1: ["Break", 15],
  3: ["Lunch", 60],
  4: ["Break", 15],
  5: ["Short break", 5],
}

const everyone = "HOST=0.0.0.0 npm run step 7"

/** The plan of one day. Lessons take what their pages say, so the clock of the
 * whole day follows when one of them becomes longer. */
export function readDay(): Day {
  const parts = [
    part("Opening", "the finished chat, then your own step 1", [
      { what: "Everyone in the finished chat", minutes: 10, command: everyone },
      { what: "Everyone starts step 1", minutes: 10, command: learn(1) },
    ]),
    ...listSteps()
      .filter(({ number }) => number <= lastStep)
      .flatMap(partsOf),
    part("Closing", "everyone on one server, a last round", [
      { what: "Everyone on one server", minutes: 10, command: everyone },
      { what: "Last round, feedback", minutes: 10 },
    ]),
  ]
  let time = beginsAt
  const timed = parts.map((it) => {
    const moments = it.moments.map((moment) => {
      const clock = clockOf(time)
      time += moment.minutes
      return { ...moment, clock }
    })
    return { ...it, moments }
  })
  return { parts: timed, end: clockOf(time) }
}

function partsOf(step: Step): Planned[] {
  const own = ownPart(step)
  const [name, minutes = 0] = pauses[step.number] ?? []
  const pause = name && part(name, "", [{ what: name, minutes }])
  return [own, pause].filter((it) => it !== undefined && it !== "")
}

function ownPart({ number, name, minutes }: Step): Planned | undefined {
  const task = oneTask[number]
  const demo = { what: "Demo", minutes: 10, command: demoCommand(name) }
  const title = `Step ${number}`
  if (wholeSteps.includes(number)) {
    return part(title, "demo, the lesson with all tasks, round", [
      demo,
      { what: "Lesson and tasks", minutes, command: learn(number) },
      { what: "Round", minutes: 5 },
    ])
  }
  if (!task) return undefined
  return part(title, 'demo, "The idea", one task', [
    demo,
    { what: "Reading, up to the rules", minutes: 10 },
    { what: "One task", minutes: 10, command: learn(number, task) },
  ])
}

function part(
  name: string,
  what: string,
  moments: Planned["moments"],
): Planned {
  return { name, what, moments }
}

function learn(number: number, task?: string): string {
  const command = `npm run learn ${number}`
  return task ? `${command} -- --task ${task}` : command
}

/** The first line on the page about teaching a step that runs the step. */
function demoCommand(step: string): string | undefined {
  const path = `instructor/steps/${step}.md`
  const page = readPages(root).find((it) => it.path === path)
  const line = page?.lines.find(({ section, fence, text }) => {
    return section === "Demo" && fence === "sh" && /npm run step/.test(text)
  })
  return line?.text.trim()
}

function clockOf(time: number): string {
  const minutes = String(time % 60).padStart(2, "0")
  return `${Math.floor(time / 60)}:${minutes}`
}

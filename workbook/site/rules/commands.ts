import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root as workbook } from "../../folders.ts"
import { listSteps } from "../../steps.ts"
import type { Line } from "../page.ts"
import type { Site } from "../site.ts"

interface Command {
  readonly name: string
  readonly words: readonly string[]
  /** The names of what is set for it: TRACE. */
  readonly settings: readonly string[]
}

/** Every `npm run …` on a page is one that there is, with words and options
 * that its own help names. */
export function commands(site: Site): string[] {
  const settings = knownSettings()
  return site.pages.flatMap((page) => {
    return page.lines.flatMap((line) => {
      return commandsIn(line).flatMap((command) => {
        const problem = problemOf(site, settings, command)
        return problem ? [`${page.place(line.number)}: ${problem}`] : []
      })
    })
  })
}

function commandsIn(line: Line): Command[] {
  const { text, fence } = line
  const pieces =
    fence === "sh"
      ? text.replace(/(^|\s)#.*$/, "").split(/&&|;|\|/)
      : fence === undefined
        ? [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code)
        : []
  return pieces.flatMap((piece) => read(piece.trim()))
}

function read(piece: string): Command[] {
  const [, set = "", run, name = "", rest = ""] =
    /^((?:[A-Z_]+=\S* )*)npm (run |test)(\S*)(.*)$/.exec(piece) ?? []
  if (run === undefined) return []
  const settings = [...set.matchAll(/([A-Z_]+)=/g)].map(([, it = ""]) => it)
  const words = rest.split(/\s+/).filter((word) => word && word !== "--")
  return run === "test"
    ? [{ name: "test", words: [name, ...words].filter(Boolean), settings }]
    : [{ name, words, settings }]
}

function problemOf(
  site: Site,
  known: ReadonlySet<string>,
  { name, words, settings }: Command,
): string | undefined {
  if (!/^[a-z:]+$/.test(name)) return undefined // "npm run …" names none
  if (!site.commands.includes(name)) {
    return `there is no command "npm run ${name}" in package.json`
  }
  const setting = settings.find((it) => !known.has(it))
  if (setting) return `nothing reads the setting ${setting}`
  if (name === "format" || words.length === 0) return undefined
  const help = site.help(name)
  const word = words.find((it) => !isKnown(site, help, it))
  if (word === undefined) return undefined
  return `npm run ${name} does not know "${word}": see npm run ${name} -- --help`
}

function isKnown(site: Site, help: string, word: string): boolean {
  const takesNumber = /npm (run \S+|test) \d/.test(help)
  if (/^[\d…N]+$/.test(word)) return takesNumber
  if (/^wss?:/.test(word)) return help.includes("ws://")
  if (help.split(/[\s,;:()`]+/).includes(word)) return true
  if (word.startsWith("-")) return false
  const names = site.lessons.flatMap(({ step = "", headings }) => {
    return [step, step.slice(3), ...headings.map(({ anchor }) => anchor)]
  })
  const isFile = word.includes(".") && help.includes(".")
  return isFile || (takesNumber && names.includes(word))
}

/** What the steps and the commands read from the environment. */
function knownSettings(): Set<string> {
  const folders = ["workbook", ...stepFolders()]
  const texts = folders.flatMap((folder) => {
    const path = join(workbook, folder)
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(path, name), "utf8"))
  })
  const names = texts.flatMap((text) => {
    return [...text.matchAll(/\benv\.([A-Z_]+)/g)].map(([, it = ""]) => it)
  })
  return new Set(names)
}

function stepFolders(): string[] {
  return listSteps().map(({ name }) => join("steps", name))
}

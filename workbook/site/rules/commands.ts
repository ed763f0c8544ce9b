import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root as workbook } from "../../folders.ts"
import { listSteps } from "../../steps.ts"
import type { Line } from "../page.ts"
import type { Site } from "./site.ts"

interface Command {
  readonly name: string
  readonly words: readonly string[]
  /** The names of the settings before it: TRACE. */
  readonly settings: readonly string[]
}

/** Every `npm run …` on a page exists, with words and options that its own help
 * names. */
export function* commands({ root, pages, lessons }: Site): Iterable<string> {
  const scripts = scriptsOf(root)
  const settings = knownSettings()
  const names = lessons.flatMap(({ step = "", headings }) => {
    return [step, step.slice(3), ...headings.map(({ anchor }) => anchor)]
  })
  for (const page of pages) {
    for (const line of page.lines) {
      for (const command of commandsIn(line)) {
        const problem = problemOf(command, scripts, settings, names)
        if (problem) yield `${page.place(line.number)}: ${problem}`
      }
    }
  }
}

function commandsIn({ text, fence }: Line): Command[] {
  if (fence === "sh") {
    const code = text.replace(/(^|\s)#.*$/, "")
    return code.split(/&&|;|\|/).flatMap(read)
  }
  const quotes = fence === undefined ? text.match(/`[^`]+`/g) : null
  return (quotes ?? []).flatMap((quote) => read(quote.slice(1, -1)))
}

/** "npm run …" names no command. */
function read(code: string): Command[] {
  const [found, set = "", name = "test", rest = ""] =
    /^((?:[A-Z_]+=\S* )*)npm (?:run ([a-z:]+)|test)(?!\S)(.*)$/.exec(
      code.trim(),
    ) ?? []
  if (!found) return []
  const settings = [...set.matchAll(/([A-Z_]+)=/g)].map(([, it = ""]) => it)
  const words = rest.split(/\s+/).filter((word) => word && word !== "--")
  return [{ name, words, settings }]
}

function problemOf(
  { name, words, settings }: Command,
  scripts: readonly string[],
  known: ReadonlySet<string>,
  names: readonly string[],
): string | undefined {
  if (!scripts.includes(name)) {
    return `there is no command "npm run ${name}" in package.json`
  }
  const setting = settings.find((it) => !known.has(it))
  if (setting) return `nothing reads the setting ${setting}`
  if (name === "format" || words.length === 0) return undefined
  const help = helpOf(name)
  const word = words.find((it) => !isKnown(help, names, it))
  if (word === undefined) return undefined
  return `npm run ${name} does not know "${word}": see npm run ${name} -- --help`
}

/** @param names of steps and tasks */
function isKnown(help: string, names: readonly string[], word: string) {
  const takesNumber = /npm (run \S+|test) \d/.test(help)
  if (/^[\d…N]+$/.test(word)) return takesNumber
  if (/^wss?:/.test(word)) return help.includes("ws://")
  if (help.split(/[\s,;:()`]+/).includes(word)) return true
  if (word.startsWith("-")) return false
  const isFile = word.includes(".") && help.includes(".")
  return isFile || (takesNumber && names.includes(word))
}

function scriptsOf(root: string): string[] {
  const text = readFileSync(join(root, "package.json"), "utf8")
  return Object.keys(JSON.parse(text).scripts)
}

/** The help of a command. */
function helpOf(command: string): string {
  const file = `workbook/commands/${command.replaceAll(":", "-")}.ts`
  const path = join(workbook, file)
  if (!existsSync(path)) return "" // one of npm's own scripts, like verify
  const text = readFileSync(path, "utf8")
  return /^export const help = `([^`]*)`/m.exec(text)?.[1] ?? ""
}

/** The settings that the steps and the commands read from the environment. */
function knownSettings(): Set<string> {
  const steps = listSteps().map(({ name }) => join("steps", name))
  const texts = ["workbook", ...steps].flatMap((folder) => {
    const path = join(workbook, folder)
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(path, name), "utf8"))
  })
  const found = texts.join("\n").matchAll(/\benv\.([A-Z_]+)/g)
  return new Set([...found].map(([, name = ""]) => name))
}

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Arguments } from "../arguments.ts"
import { root } from "../folders.ts"
import { findOrInstallChromium } from "../machine/chromium.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { type Program, passes } from "../processes/run.ts"
import { drawChanged } from "../site/drawing/draw.ts"
import { checkPages } from "../site/rules.ts"
import { styled } from "../style.ts"
import { run as buildSite } from "./docs-build.ts"

export const help = `npm run docs:check               the pages' rules, the build, and the built
                                 site in a browser; traces and broken lines
npm run docs:check -- --rules    … only the rules, which takes seconds
npm run docs:check -- --draw     … the rules, after drawing what has changed
                                 of the diagrams
npm run docs:check -- --update   … writes the current traces to docs/golden

Redis and Chromium are found or, on Debian as root, installed.`

export const takes: string[] = []

export const options = {
  rules: { type: "boolean" },
  draw: { type: "boolean" },
  update: { type: "boolean" },
} as const

/** How long an author waits for the site. */
const longestBuildSeconds = 60

/** How much of scripts a visitor's browser loads for the first page. */
const mostScriptKb = 200

const inBrowser: Program = [
  "The site in a browser",
  "vitest/vitest.mjs",
  "run",
  "tests/site",
  // Two at once: a browser waits a lot, and nothing here depends on time.
  "--maxWorkers=2",
]

const others: Program = [
  "Traces, broken lines, rules",
  "vitest/vitest.mjs",
  "run",
  "tests/docs",
]

/** `npm run docs:check`: everything that must hold of the pages. */
export async function run({ options: chosen }: Arguments): Promise<number> {
  if (chosen.draw) await drawDiagrams()
  if (!followsRules()) return 1
  if (chosen.rules || chosen.draw) return 0
  const chromium = findOrInstallChromium()
  const redis = await findOrStartRedis()
  const env = { ...process.env, CHROMIUM_PATH: chromium, REDIS_URL: redis.url }
  const update = chosen.update ? ["--update"] : []
  try {
    const isGood =
      (await buildsWell()) &&
      (await passes(inBrowser, env)) &&
      (await passes([...others, ...update], env))
    return isGood ? 0 : 1
  } finally {
    await redis.stop()
  }
}

async function drawDiagrams(): Promise<void> {
  console.log(styled("bold", "\nDiagrams"))
  const changed = await drawChanged(root, findOrInstallChromium())
  for (const path of changed) console.log(path)
  if (changed.length === 0) console.log("They are as they were.")
}

function followsRules(): boolean {
  console.log(styled("bold", "\nThe pages' rules"))
  const problems = checkPages(root)
  for (const problem of problems) {
    console.error(`${styled("red", "✗")} ${problem}`)
  }
  if (problems.length === 0) console.log("They hold.")
  return problems.length === 0
}

async function buildsWell(): Promise<boolean> {
  const begin = performance.now()
  if ((await buildSite()) !== 0) return false
  const seconds = Math.ceil((performance.now() - begin) / 1_000)
  const kb = Math.ceil(firstScriptBytes() / 1_000)
  console.log(
    `Built in ${seconds} s, at most ${longestBuildSeconds}. The first page ` +
      `loads ${kb} kB of scripts, at most ${mostScriptKb}.`,
  )
  return seconds <= longestBuildSeconds && kb <= mostScriptKb
}

const scripts = /<(?:script[^>]*\bsrc|link rel="modulepreload" href)="([^"]+)"/g

/** Compressed, as they are sent. */
function firstScriptBytes(): number {
  const folder = join(root, "docs/.vitepress/dist")
  const html = readFileSync(join(folder, "index.html"), "utf8")
  const paths = [...html.matchAll(scripts)].map(([, path = ""]) => path)
  const sizes = [...new Set(paths)].map((path) => {
    return gzipSync(readFileSync(join(folder, path))).length
  })
  return sizes.reduce((one, other) => one + other, 0)
}

"use strict"
const { basename, dirname, relative } = require("node:path")

/** Starts a command that is written in TypeScript, without building it. */
const [command, ...words] = process.argv.slice(2)

// Ctrl-C ends a command in a way that lets it end its children, unless it
// listens for the signal itself.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(130)
  })
}

// Whoever reads what we print may have seen enough: npm run progress | head -1
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error
  process.exit()
})

async function launch() {
  const { register } = await import("tsx/esm/api")
  register()
  const file = command.replaceAll(":", "-")
  const { run, help, ...accepted } = await import(`./commands/${file}.ts`)
  if (words.includes("--help") || words.includes("-h")) {
    console.log(help)
    return
  }
  const { readArguments } = await import("./arguments.ts")
  const { CommandError } = await import("./command-error.ts")
  try {
    process.exitCode = await run(readArguments({ command, ...accepted }, words))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

const refusals = {
  EACCES: "permission denied. Who owns it?",
  EPERM: "permission denied. Who owns it?",
  EROFS: "it is on a disk that can only be read.",
  ENOSPC: "the disk is full.",
}

/** @returns a sentence where the system refused a file; not for a program */
function refusal({ code, path, syscall = "" }) {
  const why = refusals[code]
  if (!why || syscall.startsWith("spawn") || syscall === "listen") return
  if (path === undefined) return `A file cannot be written: ${why}`
  // What is written whole is begun under another name, in the same folder.
  const isHalf = basename(path).startsWith(".half-")
  const place = relative(process.cwd(), isHalf ? dirname(path) : path)
  const isOpened = code !== "ENOSPC" && syscall === "open" && !isHalf
  const what = isOpened ? "read or written" : "written"
  return `${place || "."} cannot be ${what}: ${why}`
}

launch().catch((error) => {
  const sentence = refusal(error)
  if (sentence) {
    console.error(sentence)
    process.exitCode = 1
    return
  }
  const isMissing = error.code === "ERR_MODULE_NOT_FOUND"
  const missing = isMissing && /package '([^']+)'/.exec(error.message)
  if (!missing) throw error
  console.error(
    `The packages are not installed (${missing[1]} is missing). Run: npm ci`,
  )
  process.exitCode = 1
})

"use strict"
/** Starts a command that is written in TypeScript, without building it. */
const [command, ...words] = process.argv.slice(2)

// Ctrl-C ends a command so that it can end its children, unless it
// listens for the signal itself.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(130)
  })
}

// The reader of our output may close it early: npm run progress | head -1
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
  const { sentenceOf } = await import("./sentence-of.ts")
  try {
    process.exitCode = await run(readArguments({ command, ...accepted }, words))
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === undefined) throw error
    console.error(sentence)
    process.exitCode = 1
  }
}

launch().catch((error) => {
  const isMissing = error.code === "ERR_MODULE_NOT_FOUND"
  const missing = isMissing && /package '([^']+)'/.exec(error.message)
  if (!missing) throw error
  console.error(
    `The packages are not installed (${missing[1]} is missing). Run: npm ci`,
  )
  process.exitCode = 1
})

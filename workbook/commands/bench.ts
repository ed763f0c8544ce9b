import { canMeasure } from "../../bench/generator/usage.ts"
import { measure, type Plan } from "../../bench/measure.ts"
import { installPeers } from "../../bench/packages.ts"
import { canPin } from "../../bench/pin.ts"
import { printResult, printVerdicts } from "../../bench/print.ts"
import { profiledSteps } from "../../bench/profiling/read-profiles.ts"
import { takeProfile } from "../../bench/profiling/take.ts"
import { Progress } from "../../bench/progress.ts"
import { findRows, rows } from "../../bench/rows.ts"
import { savePictures, saveProfile, saveResult } from "../../bench/save.ts"
import {
  findServers,
  listServers,
  quickServers,
  type Server,
} from "../../bench/servers.ts"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { type Program, passes } from "../processes/run.ts"
import { styled } from "../style.ts"

export const help = `npm run bench                        measures steps 4, 5, 7 and later, and other
                                     servers, in three turns: about 15 minutes
npm run bench 5 socket-io            … only these servers
npm run bench ./my-server.ts         … your own server, if it prints "Listening on
                                     http://localhost:1234/" and has the steps'
                                     addresses and frames
npm run bench -- --quick             … the newest step, step 5 and Socket.IO, in
                                     one turn: under two minutes
npm run bench -- --rows room,burst   … only these rows
npm run bench -- --turns 1           … in one turn
npm run bench -- --targets           … exits with 1 if a target is missed
npm run bench -- --save              … writes bench/result.json and the picture
                                     for the page "How fast"
npm run bench -- --profile           measures which functions of steps 9 and 10 use
                                     the CPU: writes bench/profiles and a picture
npm run bench -- --draw              measures nothing: draws the pictures again
npm run bench -- --check             measures nothing: checks that every message
                                     arrives once and in order, and that the
                                     bench finds a server's mistakes

Servers: a step's number, raw-ws, socket-io-memory, bun, socket-io, by-hand,
by-hand-batch, by-hand-each, by-hand-apart, by-hand-apart-batch,
batched-step-5 (step 10, not storing), step-11-core (step 11 with the core
layer), django (Channels itself, where Debian's packages
python3-django-channels, python3-channels-redis and daphne are installed).
Rows: ${rows.map(({ name }) => name).join(", ")}.
The exit code is 1 if a message was lost, arrived twice or out of order. The
first run installs the other servers into bench/. Measuring needs Linux and a
redis-server. Ctrl-C stops it.`

export const options = {
  quick: { type: "boolean" },
  rows: { type: "string" },
  turns: { type: "string" },
  targets: { type: "boolean" },
  save: { type: "boolean" },
  profile: { type: "boolean" },
  draw: { type: "boolean" },
  check: { type: "boolean" },
} as const

/** How long a row is warmed up and measured. */
const fullPace = { warmUpMs: 700, measureMs: 1_500 }
const quickPace = { warmUpMs: 500, measureMs: 1_000 }
const profilePace = { warmUpMs: 1_500, measureMs: 5_000 }

const checks: Program = ["Delivery", "vitest/vitest.mjs", "run", "tests/bench"]

/** `npm run bench`: measures, prints ratios, and checks every delivery. */
export async function run({ words, options }: Arguments): Promise<number> {
  if (options.check) return (await passes(checks)) ? 0 : 1
  if (options.draw) {
    savePictures()
    return 0
  }
  if (!canMeasure) {
    throw new CommandError(
      "npm run bench measures what Linux counts in /proc: run it on Linux, or " +
        "in a container.",
    )
  }
  if (options.profile) return profile(words)
  const { quick, rows: names, save } = options
  if (save && (words.length > 0 || quick || names)) {
    throw new CommandError(
      "--save is for a run with all servers and rows: npm run bench -- --save",
    )
  }
  const plan = planOf(words, options)
  if (plan.servers.some((it) => it.needsPackages)) installPeers()
  if (!canPin) {
    console.log(
      "Without taskset and two cores, the servers and the load generator " +
        "share all cores, so throughput means little.",
    )
  }
  const { turns, servers } = plan
  const total = turns * servers.length
  const progress = new Progress(total, turns, plan.rows.length)
  const { result, failures } = await measure({
    ...plan,
    progress: (turn, server, row) => progress.show(turn, server, row),
  })
  progress.end()
  printResult(result)
  const missed = printVerdicts(result)
  for (const failure of failures) console.error(styled("red", `✗ ${failure}`))
  if (failures.length > 0) return 1
  if (save) {
    saveResult(result)
    savePictures()
  }
  return options.targets && missed > 0 ? 1 : 0
}

/** @throws CommandError for words: the picture shows these steps */
async function profile(words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    throw new CommandError(
      "--profile is for steps 9 and 10: npm run bench -- --profile",
    )
  }
  for (const step of profiledSteps) {
    console.log(`Step ${Number(step.slice(0, 2))}…`)
    saveProfile(await takeProfile({ step, row: "room", pace: profilePace }))
  }
  savePictures()
  return 0
}

function planOf(
  words: readonly string[],
  { quick, rows: names, turns }: Arguments["options"],
): Plan {
  return {
    servers: chosenServers(words, quick === true),
    rows: findRows(names === undefined ? undefined : String(names)),
    turns: turns === undefined ? (quick ? 1 : 3) : readTurns(String(turns)),
    pace: quick ? quickPace : fullPace,
  }
}

function chosenServers(
  words: readonly string[],
  isQuick: boolean,
): readonly Server[] {
  if (words.length > 0) return findServers(words)
  return isQuick ? quickServers() : listServers()
}

function readTurns(word: string): number {
  if (/^[1-9]\d?$/.test(word)) return Number(word)
  throw new CommandError(`"${word}" is not a number of turns from 1 to 99.`)
}

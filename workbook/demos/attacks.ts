import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ServerProcess } from "../processes/server-process.ts"
import { flood } from "./flood.ts"
import { stolenSession } from "./stolen-session.ts"
import { vanishedPeer } from "./vanished-peer.ts"

/** What an attacker does to a server.
 * @returns what comes of it, in a sentence */
export type Attack = (server: ServerProcess) => Promise<string>

export interface AttacksOptions {
  /** From the one without a guard to the one with it. */
  readonly steps: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly say: (line: string) => void
}

const attacks: readonly (readonly [title: string, attack: Attack])[] = [
  ["A flood: Mallory sends 2,000 messages at once.", flood],
  [
    "A stolen session: Mallory has Ann's cookie, and Ann logs out.",
    stolenSession,
  ],
  [
    "A vanished peer: Ann's computer freezes. This takes a minute.",
    vanishedPeer,
  ],
]

/** The same attacks on two steps, side by side. */
export async function underAttack({
  steps,
  env,
  say,
}: AttacksOptions): Promise<void> {
  for (const [title, attack] of attacks) {
    say(`\n${title}`)
    await Promise.all(
      steps.map(async (step) =>
        say(`  ${step}: ${await on(step, env, attack)}`),
      ),
    )
  }
}

/** A server of its own for each attack: none is affected by the one before. */
async function on(
  step: string,
  env: NodeJS.ProcessEnv,
  attack: Attack,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "demo-"))
  const server = await ServerProcess.start(step, {
    ...env,
    TRACE: "1", // the demo reads what the server prints
    CHANNEL_PREFIX: `demo-${randomUUID()}`,
    DATABASE_PATH: join(folder, "chat.sqlite3"),
  })
  try {
    return await attack(server)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

import { randomUUID } from "node:crypto"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { underAttack } from "../demos/attacks.ts"
import { besideDjangoInTurn, stayBesideDjango } from "../demos/django.ts"
import { climb } from "../demos/ladder.ts"
import { underSameLoad } from "../demos/same-load.ts"
import { twoServersOneRoom } from "../demos/two-servers.ts"
import { requireDjango } from "../machine/django.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { findStep } from "../steps.ts"

export const help = `npm run demo 5    starts two servers, and two clients that share a room
npm run demo 8    attacks step 7 and step 8, and shows what happens
npm run demo 9    breaks connections and kills a server, and counts what is lost
                  and shown twice, with one promise of step 9 after the other
npm run demo 10   lets the same clients write to step 9 and step 10, and counts
                  what these deliver, and how often they write
npm run demo 11   starts a Django server and step 11, which share a room, and
                  shows what people on both receive
npm run demo 11 -- --stay   … and leaves both running, to open in a browser

Ctrl-C stops it, with all its servers.`

export const takes = ["step"]

export const options = {
  stay: { type: "boolean" },
} as const

const say = (line: string) => console.log(line)

type Demo = (options: Arguments["options"]) => Promise<void>

const demos: Readonly<Record<string, Demo>> = {
  "05-redis": withRedis(async (env) => {
    await twoServersOneRoom({ step: "05-redis", env, say })
    say("Two processes, one room.")
  }),
  "08-guard": withRedis(async (env) => {
    await underAttack({ steps: ["07-history", "08-guard"], env, say })
  }),
  "09-delivery": withRedis(async (env) => {
    await climb({ env, say })
  }),
  async "10-batching"() {
    const pace = { warmUpMs: 700, measureMs: 3_000 }
    await underSameLoad({ steps: ["09-delivery", "10-batching"], pace, say })
  },
  async "11-django"({ stay }) {
    const django = requireDjango()
    const demo = stay ? stayBesideDjango : besideDjangoInTurn
    await withRedis(async (env) => {
      await demo({ django, step: "11-django", env, say })
    })()
  },
}

/** `npm run demo 5`. */
export async function run({ words, options }: Arguments): Promise<number> {
  const step = findStep(words[0] ?? "5")
  const demo = demos[step.name]
  if (!demo) {
    const known = Object.keys(demos).map((name) => Number(name.slice(0, 2)))
    throw new CommandError(
      `Step ${step.number} has no demo, only these have: ${known.join(", ")}.`,
    )
  }
  if (options.stay && step.name !== "11-django") {
    throw new CommandError("Only the demo of step 11 can stay.")
  }
  await demo(options)
  return 0
}

function withRedis(demo: (env: NodeJS.ProcessEnv) => Promise<void>) {
  return async () => {
    const redis = await findOrStartRedis()
    say(redis.how)
    try {
      const CHANNEL_PREFIX = `demo-${randomUUID()}`
      await demo({ REDIS_URL: redis.url, CHANNEL_PREFIX })
    } finally {
      await redis.stop()
    }
  }
}

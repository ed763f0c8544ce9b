import type { FunctionTime } from "./profile.ts"

type Place = Pick<FunctionTime, "name" | "file">

/** The parts of a server, in the order of a message's path. A function belongs to
 * the first one that matches. */
const matchers = {
  "Consumers and queues": ({ file }: Place) => {
    return /^steps\/(08-guard\/|.*(consumer|queue))/.test(file)
  },
  "Rooms, groups, layer": startsWith(
    ...["steps/04-groups/", "steps/05-redis/", "steps/09-delivery/rooms/"],
    ...["steps/10-batching/batch-reader", "steps/10-batching/early-events"],
    ...["steps/10-batching/pipelined-redis", "steps/11-django/layer/"],
  ),
  "Server and frames": startsWith(
    ...["steps/01-echo/server/", "steps/10-batching/frames/"],
  ),
  "Storing messages": startsWith("steps/", "sqlite"),
  "ioredis, MessagePack": startsWith(
    ...["ioredis/", "@ioredis/", "redis-", "denque/", "@msgpack/"],
  ),
  ws: startsWith("ws/"),
  "Node's streams and timers": startsWith("node:"),
  "Writing to sockets": ({ name, file }: Place) => {
    return file === "" && /^write(v|Buffer|\w+String)$/.test(name)
  },
  "Garbage collection": ({ name }: Place) => name === "(garbage collector)",
  "Other native code": () => true,
} satisfies Record<string, (place: Place) => boolean>

/** What a profile of main threads cannot see. */
export const elsewhere = "Redis and other threads"

export type Part = keyof typeof matchers | typeof elsewhere

/** Those that a profile can see, in the order of a message's path. */
export const parts = Object.keys(matchers) as readonly Part[]

/** @returns where a function's time is counted */
export function partOf(place: Place): Part {
  for (const [part, matches] of Object.entries(matchers)) {
    if (matches(place)) return part as Part
  }
  return "Other native code"
}

function startsWith(...beginnings: readonly string[]) {
  return ({ file }: Place) => beginnings.some((it) => file.startsWith(it))
}

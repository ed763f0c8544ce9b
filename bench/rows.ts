import { CommandError } from "../workbook/command-error.ts"

/** What is measured. */
export type RowName =
  | "idle"
  | "connecting"
  | "room"
  | "one"
  | "rooms"
  | "burst"
  | "stored"
  | "returning"

export interface Row {
  readonly name: RowName
  readonly title: string
  /** The unit of its cost. */
  readonly unit: "delivery" | "connection" | "socket" | "message" | "return"
  readonly rooms: number
  /** In each room. */
  readonly members: number
  /** How many messages of a room are under way at a time. */
  readonly inFlight?: number
  /** Instead of that: how many messages each member sends at once. */
  readonly burst?: number
  /** Instead of that: how many messages each member has missed. Only for servers
   * that send these to a client that returns. */
  readonly missed?: number
  /** Only for servers that store messages. */
  readonly isStoring?: boolean
  /** The server whose cost is 1.0 here, whatever the servers' own reference. */
  readonly reference?: string
}

/** In this order: memory comes first, in a process that has done little. */
export const rows: readonly Row[] = [
  {
    name: "idle",
    title: "Memory of an idle socket: 5,000 in rooms of 100",
    unit: "socket",
    rooms: 50,
    members: 100,
  },
  {
    name: "connecting",
    title: "Connecting: 2,000 sockets to rooms of 4",
    unit: "connection",
    rooms: 500,
    members: 4,
  },
  {
    name: "room",
    title: "One room of 100, 32 messages in flight",
    unit: "delivery",
    rooms: 1,
    members: 100,
    inFlight: 32,
  },
  {
    name: "one",
    title: "One room of 100, 1 message in flight",
    unit: "delivery",
    rooms: 1,
    members: 100,
    inFlight: 1,
  },
  {
    name: "rooms",
    title: "250 rooms of 4, 1 message in flight in each",
    unit: "delivery",
    rooms: 250,
    members: 4,
    inFlight: 1,
  },
  {
    name: "burst",
    title: "Burst: 50 clients of a room send 40 messages each at once",
    unit: "delivery",
    rooms: 1,
    members: 50,
    burst: 40,
  },
  {
    name: "stored",
    title: "Storing: 200 rooms of 1, 1 message in flight in each",
    unit: "message",
    rooms: 200,
    members: 1,
    inFlight: 1,
    isStoring: true,
    reference: "by-hand-each",
  },
  {
    name: "returning",
    title: "Returning with 100 missed messages: 50 rooms of 4",
    unit: "return",
    rooms: 50,
    members: 4,
    missed: 100,
    reference: "step-9",
  },
]

/** The rows whose cost is per delivery. */
export const deliveryRows = ["room", "one", "rooms", "burst"] as const

/** The same rows, small enough to check delivery only. */
export function smallRow(row: Row): Row {
  const { rooms, members, inFlight } = row
  return {
    ...row,
    rooms: Math.min(rooms, 10),
    members: Math.min(members, 20),
    ...(inFlight && { inFlight: Math.min(inFlight, 8) }),
  }
}

/**
 * @param names separated by commas; if omitted, all rows
 * @throws CommandError that names all rows
 */
export function findRows(names: string | undefined): readonly Row[] {
  if (names === undefined) return rows
  const wanted = names.split(",")
  const all = rows.map(({ name }) => name)
  const unknown = wanted.find((it) => !all.some((name) => name === it))
  if (unknown === undefined) {
    return rows.filter(({ name }) => wanted.includes(name))
  }
  throw new CommandError(
    `There is no row "${unknown}": they are ${all.join(", ")}.`,
  )
}

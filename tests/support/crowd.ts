import { onTestFinished } from "vitest"
import { DeliveryClient } from "../../workbook/processes/delivery-client.ts"
import { PlainClient } from "../../workbook/processes/plain-client.ts"
import { oneOf } from "./random.ts"

/** Shorter waits than a page's, so that more happens in a minute. */
const hurry = 5

type ChatClient = DeliveryClient | PlainClient

interface Member {
  readonly client: ChatClient
  readonly name: string
  readonly room: Room
  said: number
}

interface Room {
  readonly name: string
  readonly members: Member[]
  readonly said: string[]
}

export interface CrowdOptions {
  readonly isPlain: boolean
  readonly rooms: number
  readonly random: () => number
  /** Where a client connects, each time: "ws://localhost:8000". */
  origin(): string
  /** For each member: the headers that make it a user. */
  readonly headers: readonly Readonly<Record<string, string>>[]
}

/** Members of some rooms, who write numbered messages. */
export class Crowd {
  readonly members: Member[] = []
  private readonly rooms: Room[] = []
  private readonly random: () => number

  constructor({ isPlain, rooms, random, origin, headers }: CrowdOptions) {
    this.random = random
    for (let index = 0; index < rooms; index++)
      this.rooms.push({ name: `room-${index}`, members: [], said: [] })
    for (const [index, own] of headers.entries()) {
      const room = this.rooms[index % rooms] as Room
      const url = () => `${origin()}/ws/chat/${room.name}/`
      const options = { url, headers: own, hurry, random }
      const client = isPlain
        ? new PlainClient(options)
        : new DeliveryClient(options)
      const member = { client, name: `member-${index}`, room, said: 0 }
      this.members.push(member)
      room.members.push(member)
    }
    onTestFinished(() => this.close())
  }

  get delivering(): DeliveryClient[] {
    return this.members.flatMap(({ client }) => {
      return client instanceof DeliveryClient ? [client] : []
    })
  }

  /** A member writes its next message. */
  sayOne(): void {
    const member = oneOf(this.members, this.random)
    const text = `${member.name} ${++member.said}`
    member.room.said.push(text)
    member.client.say(text)
  }

  /** A member loses its connection. */
  resetOne(): void {
    oneOf(this.members, this.random).client.reset()
  }

  /** Whether all show as many messages as were written in their rooms. */
  get isComplete(): boolean {
    return this.members.every(({ client, room }) => {
      return client.texts.length >= room.said.length
    })
  }

  get said(): number {
    return this.rooms.reduce((sum, { said }) => sum + said.length, 0)
  }

  /** @returns of all messages, how many percent every member of the room shows
   * exactly once */
  shownByAll(): number {
    let count = 0
    for (const { said, members } of this.rooms) {
      const counts = members.map(({ client }) => countsOf(client.texts))
      count += said.filter((text) => {
        return counts.every((it) => it.get(text) === 1)
      }).length
    }
    return Math.round((count / this.said) * 1_000) / 10
  }

  /** @returns what is wrong with what the members of a room show: missing, more
   * than once, another order; empty if all is well */
  problems(): string[] {
    return this.rooms.flatMap(({ name, said, members }) => {
      const [first] = members
      const order = first?.client.texts.join("\n")
      return members.flatMap(({ client, name: member }) => {
        const { texts } = client
        const found = problemsOf(texts, said)
        const isOther = texts.join("\n") !== order
        if (isOther) found.push(`another order than ${first?.name}`)
        return found.map((it) => `${name}, ${member}: ${it}`)
      })
    })
  }

  private async close(): Promise<void> {
    await Promise.all(this.members.map(({ client }) => client.close()))
  }
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

function problemsOf(texts: readonly string[], said: readonly string[]) {
  const counts = countsOf(texts)
  const found: string[] = []
  for (const text of said) {
    const count = counts.get(text) ?? 0
    if (count === 0) found.push(`"${text}" is missing`)
    if (count > 1) found.push(`"${text}" is shown ${count} times`)
  }
  if (counts.size > said.length) found.push("it shows what no member wrote")
  // Each author's messages are in the order of their numbers.
  const last = new Map<string, number>()
  for (const text of texts) {
    const [author = "", number] = text.split(" ")
    if (Number(number) < (last.get(author) ?? 0))
      found.push(`"${text}" is late`)
    last.set(author, Number(number))
  }
  return found
}

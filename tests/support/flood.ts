import type { SocketClient } from "../../workbook/processes/socket-client.ts"

const clientCount = 50
const each = 40

/** In ms: a flood takes two seconds, but many more on a busy machine. */
export const floodPatience = 120_000

/** How many messages every client must receive. */
const floodSize = clientCount * each

/** Fifty clients send forty messages each, at once and without waiting.
 * @returns for each client, the messages that it received from each sender */
export async function flood(
  connect: (index: number) => Promise<SocketClient>,
): Promise<string[][][]> {
  const clients = await Promise.all(
    Array.from({ length: clientCount }, (_, index) => connect(index)),
  )
  for (const [index, client] of clients.entries()) {
    for (let count = 0; count < each; count++) client.say(`${index} ${count}`)
  }
  return Promise.all(
    clients.map(async (client) => {
      const frames = await client.nextFrames(floodSize)
      return bySender(frames.map(({ message }) => String(message)))
    }),
  )
}

/** What every client must receive: each sender's messages in order. */
export const wholeFlood = Array.from({ length: clientCount }, (_, index) =>
  Array.from({ length: each }, (_, count) => `${index} ${count}`),
)

function bySender(messages: string[]): string[][] {
  const senders: string[][] = wholeFlood.map(() => [])
  for (const message of messages) {
    senders[Number(message.split(" ")[0])]?.push(message)
  }
  return senders
}

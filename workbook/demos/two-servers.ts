import { ServerProcess } from "../processes/server-process.ts"
import { SocketClient } from "../processes/socket-client.ts"

export interface TwoServersOptions {
  readonly step: string
  readonly env: NodeJS.ProcessEnv
  readonly say: (line: string) => void
}

/**
 * Two servers, one room, a client on each: both must receive every message.
 * @throws Error with the message that did not arrive
 */
export async function twoServersOneRoom({
  step,
  env,
  say,
}: TwoServersOptions): Promise<void> {
  const servers: ServerProcess[] = []
  try {
    for (const name of ["first", "second"]) {
      const server = await ServerProcess.start(step, env)
      servers.push(server)
      say(`The ${name} server listens on port ${server.port}.`)
    }
    const [ann, bob] = await Promise.all(
      servers.map((server) =>
        SocketClient.open(server.socketUrl("/ws/chat/demo/")),
      ),
    )
    if (!ann || !bob) throw new Error("Two servers make two clients")
    say("Ann joins the room on the first, Bob on the second.")
    ann.say("Hello, Bob")
    say(`Ann sends "Hello, Bob", and receives ${await ann.next()}`)
    // Ann's server answers her whatever Redis does, so Bob is the proof. His
    // own message shows that nothing else is on its way to him.
    bob.say("Here I am")
    await receives(bob, "Hello, Bob")
    say(`Bob receives "Hello, Bob", and sends "Here I am".`)
    await receives(ann, "Here I am")
    say(`Ann receives "Here I am".`)
    await Promise.all([ann.close(), bob.close()])
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function receives(client: SocketClient, message: string): Promise<void> {
  const { message: received } = await client.nextFrame()
  if (received !== message) {
    throw new Error(`A client received "${received}" instead of "${message}"`)
  }
}

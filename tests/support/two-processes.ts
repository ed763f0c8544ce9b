import { onTestFinished } from "vitest"
import { DeliveryClient } from "../../workbook/processes/delivery-client.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { quickUsers } from "./quick-users.ts"
import { ownEnvironment, startServer } from "./servers.ts"

/** Shorter waits than a page's. */
const hurry = 5

/** A client of step 9, closed when the test ends.
 * @param server asked for at each attempt to connect */
export async function deliveryClient(
  server: () => ServerProcess,
  headers: Readonly<Record<string, string>>,
  room = "lobby",
): Promise<DeliveryClient> {
  const url = () => server().socketUrl(`/ws/chat/${room}/`)
  const client = new DeliveryClient({ url, headers, hurry })
  onTestFinished(() => client.close())
  await client.until("an answer", () => client.isReady)
  return client
}

/** Ann and Bob in one room, on two processes of step 9 with one database.
 * @param redisUrls for each process */
export async function annAndBob(redisUrls: readonly [string, string]) {
  const own = await ownEnvironment()
  const [one, other] = redisUrls
  const env = { ...own, LIMITS: "off" }
  const servers = [
    await startServer("09-delivery", { ...env, REDIS_URL: one }),
    await startServer("09-delivery", { ...env, REDIS_URL: other }),
  ] as const
  const [forAnn = {}, forBob = {}] = await quickUsers(env, ["ann", "bob"])
  const ann = await deliveryClient(() => servers[0], forAnn)
  const bob = await deliveryClient(() => servers[1], forBob)
  return { env, servers, ann, bob }
}

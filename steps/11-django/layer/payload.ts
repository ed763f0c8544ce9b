import { randomBytes } from "node:crypto"
import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { frozenEvent } from "../../04-groups/frozen-event.ts"
import { msgpackSerializer } from "./serializers.ts"

/** An event on its way through Redis, with the channels that it is for. */
export interface Payload {
  readonly event: LayerEvent
  /** Undefined if the queue that it came from is one channel. */
  readonly channels: readonly string[] | undefined
}

/** The field that lists the channels, as in `channels_redis.core`. */
export const channelField = "__asgi_channel__"

/** A queue is a set, so two equal messages would be one: each begins with random
 * bytes. */
const randomLength = 12

/** @param channels those that get the event: all are in one queue. A string is
 * for a channel that was sent to by its name
 * @param random for checks only
 * @throws TypeError if the serializer cannot hold the event */
export function payloadOf(
  event: LayerEvent,
  channels: string | readonly string[] | undefined,
  serializer = msgpackSerializer,
  random = randomBytes(randomLength),
): Buffer {
  const named = channels ? { ...event, [channelField]: channels } : event
  return Buffer.concat([random, serializer.encode(named)])
}

/** @throws Error if it is not a payload */
export function readPayload(
  message: Buffer,
  serializer = msgpackSerializer,
): Payload {
  const body = serializer.decode(message.subarray(randomLength))
  if (typeof body !== "object") throw new TypeError("A message is a map")
  const { [channelField]: listed, ...event }: Record<string, unknown> = {
    ...body,
  }
  const channels = listed === undefined ? undefined : [listed].flat()
  if (channels && !channels.every((it) => typeof it === "string")) {
    throw new TypeError(`"${channelField}" is not a list of names`)
  }
  return { event: frozenEvent(event), channels }
}

import { randomBytes } from "node:crypto"
import { decode, encode } from "@msgpack/msgpack"
import type { LayerEvent } from "../../04-groups/channel-layer.ts"

/** An event on its way through Redis, with the channels that it is for. */
export interface Payload {
  readonly event: LayerEvent
  /** Empty if the queue that it came from has one channel only. */
  readonly channels: readonly string[]
}

/** The field that lists the channels, as in `channels_redis.core`. */
const channelField = "__asgi_channel__"

/** A queue is a set, so two equal messages would be one: each begins with random
 * bytes. */
const randomLength = 12

/** Turns events into the members of a queue, and back. Mirrors the serializers
 * of `channels_redis`. */
export interface Serializer {
  encode(event: Readonly<Record<string, unknown>>): Uint8Array
  /** @throws Error if these bytes are none of its own */
  decode(body: Uint8Array): unknown
}

export const msgpack: Serializer = { encode, decode }

/** @param channels those that get the event: all are in this queue. A string is
 * for one that was sent to by its name
 * @param random for checks only */
export function payloadOf(
  event: LayerEvent,
  channels: string | readonly string[] | undefined,
  serializer = msgpack,
  random = randomBytes(randomLength),
): Buffer {
  const named = channels ? { ...event, [channelField]: channels } : event
  return Buffer.concat([random, serializer.encode(named)])
}

/** @throws Error if it is not a payload */
export function readPayload(bytes: Buffer, serializer = msgpack): Payload {
  const body = serializer.decode(bytes.subarray(randomLength))
  if (typeof body !== "object" || body === null) {
    throw new TypeError("A message is a map")
  }
  const { [channelField]: channels = [], ...event }: Record<string, unknown> = {
    ...body,
  }
  return { event: event as LayerEvent, channels: [channels].flat().map(String) }
}

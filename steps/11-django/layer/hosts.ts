import { crc32 } from "node:zlib"

const ringSize = 4_096

/** Which of several hosts has a key: the same one in all processes, as long as
 * they have the same list. Mirrors `consistent_hash` of `channels_redis`. */
export function hostIndexOf(key: string, hosts: number): number {
  // #region host-index
  const place = crc32(key) % ringSize
  return Math.floor(place / (ringSize / hosts))
  // #endregion host-index
}

/** @returns the part of a channel's name that all channels of its process share,
 * like "specific.0123!". A name without "!" is its own queue. */
export function queueOf(channel: string): string {
  return channel.slice(0, channel.indexOf("!") + 1) || channel
}

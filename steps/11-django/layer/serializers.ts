import { decode, encode } from "@msgpack/msgpack"

/** Turns events into bytes, and back. Mirrors the serializers of
 * `channels_redis`: all programs of a room need the same one. */
export interface Serializer {
  /** @throws TypeError if this format cannot hold the event */
  encode(event: Readonly<Record<string, unknown>>): Uint8Array
  /** @throws Error if these bytes are none of its own */
  decode(body: Uint8Array): unknown
}

/** The usual one, and `serializer_format="msgpack"`. */
export const msgpackSerializer: Serializer = { encode, decode }

/** `serializer_format="json"`, as Python's `json.dumps` writes it. */
export const jsonSerializer: Serializer = {
  encode: (event) => Buffer.from(written(event)),
  decode: (body) => JSON.parse(Buffer.from(body).toString()),
}

/** A space after each comma and colon, and ASCII only. */
function written(value: unknown): string {
  if (value instanceof Uint8Array) throw new TypeError("JSON holds no bytes")
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(
      ([name, part]) => `${written(name)}: ${written(part)}`,
    )
    return `{${fields.join(", ")}}`
  }
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  })
}

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto"
import type { Serializer } from "./serializers.ts"

export interface EncryptionOptions {
  /** The first one encrypts, and all of them decrypt: so keys can be changed
   * while servers run. */
  readonly keys: readonly string[]
  /** An older message is refused. */
  readonly ttlSeconds: number
  /** For checks only. */
  readonly now?: () => number
  readonly vector?: () => Uint8Array
}

const version = 0x80
const headLength = 25
const signatureLength = 32
/** How far another computer's clock may be ahead. */
const skewSeconds = 60

/** Encrypts what another serializer writes, so that Redis cannot read it. The
 * format is Fernet: AES-128-CBC with an HMAC. Mirrors
 * `symmetric_encryption_keys`. */
export function encrypted(
  inner: Serializer,
  { keys, ttlSeconds, now = Date.now, vector }: EncryptionOptions,
): Serializer {
  const [first, ...others] = keys.map(keyOf)
  if (!first) throw new TypeError("Encryption needs a key")
  return {
    encode(event) {
      const iv = vector?.() ?? randomBytes(16)
      const text = inner.encode(event)
      return Buffer.from(seal(text, first, Math.floor(now() / 1_000), iv))
    },
    decode(body) {
      const token = Buffer.from(Buffer.from(body).toString(), "base64url")
      const key = [first, ...others].find((it) => isSignedWith(it, token))
      if (!key) throw new Error("Encrypted with an unknown key")
      const age = now() / 1_000 - Number(token.readBigUInt64BE(1))
      if (age > ttlSeconds) throw new Error("Encrypted too long ago")
      if (age < -skewSeconds) throw new Error("Encrypted in the future")
      return inner.decode(opened(token, key))
    },
  }
}

interface Key {
  readonly signing: Buffer
  readonly encrypting: Buffer
}

function keyOf(secret: string): Key {
  const hash = createHash("sha256").update(secret).digest()
  return { signing: hash.subarray(0, 16), encrypting: hash.subarray(16) }
}

function seal(text: Uint8Array, key: Key, time: number, iv: Uint8Array) {
  const head = Buffer.alloc(9, version)
  head.writeBigUInt64BE(BigInt(time), 1)
  const cipher = createCipheriv("aes-128-cbc", key.encrypting, iv)
  const signed = Buffer.concat([head, iv, cipher.update(text), cipher.final()])
  const token = Buffer.concat([signed, signatureOf(signed, key)])
  // Unlike Node's "base64url", Python keeps the padding.
  return token.toString("base64").replaceAll("+", "-").replaceAll("/", "_")
}

function isSignedWith(key: Key, token: Buffer): boolean {
  if (token.length < headLength + signatureLength) return false
  if (token[0] !== version) return false
  const signed = token.subarray(0, -signatureLength)
  const signature = token.subarray(-signatureLength)
  return timingSafeEqual(signatureOf(signed, key), signature)
}

function opened(token: Buffer, key: Key): Buffer {
  const iv = token.subarray(9, headLength)
  const decipher = createDecipheriv("aes-128-cbc", key.encrypting, iv)
  const text = decipher.update(token.subarray(headLength, -signatureLength))
  return Buffer.concat([text, decipher.final()])
}

function signatureOf(signed: Uint8Array, { signing }: Key): Buffer {
  return createHmac("sha256", signing).update(signed).digest()
}

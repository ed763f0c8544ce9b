import { randomBytes, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"
import { OneAtATime } from "./one-at-a-time.ts"

/** 32 MiB and a third of a second for each guess. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const keyLength = 32
const derive = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt)

/** Each hash occupies one of Node's four threads, which SQLite also needs. A
 * flood of logins must not stop the chat. */
const hashing = new OneAtATime({
  sentence: "Many people are logging in right now. Try again in a moment.",
  maxWaiting: 20,
})

/** @returns salt and hash: the same password never gives the same result twice
 * @throws TooBusy */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await keyOf(password, salt)
  return `scrypt$${salt.toString("base64")}$${key.toString("base64")}`
}

/** Takes as long for the wrong password as for the right one.
 * @throws TooBusy */
export async function verifyPassword(
  password: string,
  hash: string,
): Promise<boolean> {
  const [scheme, salt = "", key = ""] = hash.split("$")
  if (scheme !== "scrypt") return false
  const expected = Buffer.from(key, "base64")
  const found = await keyOf(password, Buffer.from(salt, "base64"))
  return expected.length === found.length && timingSafeEqual(expected, found)
}

function keyOf(password: string, salt: Buffer): Promise<Buffer> {
  const text = password.normalize()
  return hashing.run(() => derive(text, salt, keyLength, cost))
}

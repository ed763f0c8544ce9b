import {
  randomBytes,
  type ScryptOptions,
  scrypt as scryptCallback,
  timingSafeEqual,
} from "node:crypto"
import { promisify } from "node:util"

const scrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(
  scryptCallback,
)

/** 32 MiB and a third of a second for each guess. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const keyLength = 32

/** @returns salt and hash: the same password never gives the same twice */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await scrypt(password.normalize(), salt, keyLength, cost)
  return `scrypt$${salt.toString("base64")}$${key.toString("base64")}`
}

/** Takes as long for the wrong password as for the right one. */
export async function verifyPassword(
  password: string,
  hash: string,
): Promise<boolean> {
  const [scheme, salt = "", key = ""] = hash.split("$")
  if (scheme !== "scrypt") return false
  const expected = Buffer.from(key, "base64")
  const found = await scrypt(
    password.normalize(),
    Buffer.from(salt, "base64"),
    keyLength,
    cost,
  )
  return expected.length === found.length && timingSafeEqual(expected, found)
}

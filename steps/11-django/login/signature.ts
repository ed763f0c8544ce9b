import { createHash, createHmac, timingSafeEqual } from "node:crypto"

/** @param salt what the key is for: a signature for one purpose is none for
 * another
 * @returns Mirrors `salted_hmac` of Django, with SHA-256 */
export function saltedHmac(
  salt: string,
  value: string,
  secretKey: string,
): Buffer {
  const key = createHash("sha256")
    .update(salt + secretKey)
    .digest()
  return createHmac("sha256", key).update(value).digest()
}

/** Compares without telling, by the time it takes, how much is right. */
export function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

/** @param signed a value, a time and a signature, separated by colons
 * @param secretKeys one of them has signed it: a project that replaces its key
 * keeps the older ones for a while
 * @returns the value; undefined if none of the keys has signed it. Mirrors
 * `TimestampSigner.unsign`, which does not look at the time either unless asked */
export function unsign(
  signed: string,
  salt: string,
  secretKeys: readonly string[],
): string | undefined {
  // #region verify-signature
  const end = signed.lastIndexOf(":")
  const value = signed.slice(0, Math.max(end, 0))
  const signature = Buffer.from(signed.slice(end + 1), "base64url")
  const isSigned = secretKeys.some((key) => {
    return isEqual(saltedHmac(`${salt}signer`, value, key), signature)
  })
  return isSigned ? value.slice(0, value.lastIndexOf(":")) : undefined
  // #endregion verify-signature
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto"

/** @param salt what the signature is for: one for another purpose differs
 * @returns the signature. Mirrors `salted_hmac` of Django, with SHA-256 */
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

/** Takes as long for a nearly right string as for a wrong one: the time would
 * tell an attacker how much is right. Mirrors `constant_time_compare`. */
export function isEqual(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)]
  return bytes.length === others.length && timingSafeEqual(bytes, others)
}

/** @param signed a value, a time and a signature, separated by colons
 * @param secretKeys a project that replaces its key keeps the older ones
 * @returns the value; undefined if none of the keys has signed it. Mirrors
 * `TimestampSigner.unsign` without `max_age` */
export function unsign(
  signed: string,
  salt: string,
  secretKeys: readonly string[],
): string | undefined {
  // #region verify-signature
  const end = signed.lastIndexOf(":")
  const value = signed.slice(0, Math.max(end, 0))
  const signature = signed.slice(end + 1)
  const isSigned = secretKeys.some((key) => {
    const hmac = saltedHmac(`${salt}signer`, value, key)
    return isEqual(hmac.toString("base64url"), signature)
  })
  return isSigned ? value.slice(0, value.lastIndexOf(":")) : undefined
  // #endregion verify-signature
}

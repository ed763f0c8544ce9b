import { inflateSync } from "node:zlib"
import { isEqual, saltedHmac, unsign } from "./signature.ts"

/** What Django keeps in a session of a user. */
export interface SessionData {
  readonly userId: string
  /** Of the user's password: another password ends the session. */
  readonly authHash: string
}

const salt = "django.contrib.sessions.SessionStore"
const authSalt =
  "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

/** A session holds little. Signed data of another size is refused as well. */
const mostBytes = 1024 * 1024

/** @param text the column `session_data` of Django's table
 * @returns undefined if it is not signed with one of the keys, or if it is a
 * visitor's */
export function readSessionData(
  text: string,
  secretKeys: readonly string[],
): SessionData | undefined {
  const value = unsign(text, salt, secretKeys)
  if (value === undefined) return undefined
  try {
    const data = JSON.parse(unpack(value).toString())
    const { _auth_user_id: userId, _auth_user_hash: authHash } = Object(data)
    if (userId === undefined || userId === null) return undefined
    return { userId: String(userId), authHash: String(authHash) }
  } catch {
    return undefined // its serializer is not Django's default one
  }
}

/** Whether a session is from the time of the user's password.
 * @param passwordHash the column `password` of Django's users */
export function isOfPassword(
  { authHash }: SessionData,
  passwordHash: string,
  secretKeys: readonly string[],
): boolean {
  // #region same-password
  const hash = Buffer.from(authHash)
  return secretKeys.some((key) => {
    const hmac = saltedHmac(authSalt, passwordHash, key).toString("hex")
    return isEqual(Buffer.from(hmac), hash)
  })
  // #endregion same-password
}

/** A dot says that it is compressed. */
function unpack(value: string): Buffer {
  const isCompressed = value.startsWith(".")
  const bytes = Buffer.from(value.slice(isCompressed ? 1 : 0), "base64url")
  if (!isCompressed) return bytes
  return inflateSync(bytes, { maxOutputLength: mostBytes })
}

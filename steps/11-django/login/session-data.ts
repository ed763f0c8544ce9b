import { inflateSync } from "node:zlib"
import { saltedHmac, unsign } from "./signature.ts"

/** What Django keeps in a session of a user. */
export interface SessionData {
  readonly userId: string
  /** Made from the user's password: another password ends the session. */
  readonly authHash: string
}

const salt = "django.contrib.sessions.SessionStore"
const authSalt =
  "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

/** A short compressed string can unpack into many bytes. A session has few. */
const mostBytes = 1024 * 1024

/** @param text the column `session_data` of Django's table
 * @returns undefined for a visitor, and if none of the keys has signed it */
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
    return undefined // another serializer than Django's default one
  }
}

/** @param passwordHash the column `password` of Django's users
 * @returns what may be the `authHash` of that user's sessions: one string for
 * each key. Mirrors `get_session_auth_hash` */
export function authHashesOf(
  passwordHash: string,
  secretKeys: readonly string[],
): readonly string[] {
  // #region same-password
  return secretKeys.map((key) => {
    return saltedHmac(authSalt, passwordHash, key).toString("hex")
  })
  // #endregion same-password
}

/** A dot at the beginning means that the rest is compressed. */
function unpack(value: string): Buffer {
  const isCompressed = value.startsWith(".")
  const bytes = Buffer.from(value.slice(isCompressed ? 1 : 0), "base64url")
  if (!isCompressed) return bytes
  return inflateSync(bytes, { maxOutputLength: mostBytes })
}

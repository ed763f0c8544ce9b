/** In the browser's build, this takes the place of `node:crypto`: what the
 * steps that run in a page import of it, and no more. */
import { sha256 } from "./sha256.ts"

class Bytes extends Uint8Array {
  override toString(_encoding?: "base64url"): string {
    const base64 = btoa(String.fromCharCode(...this))
    return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
  }
}

export function randomBytes(size: number): Bytes {
  return crypto.getRandomValues(new Bytes(size))
}

export function createHash(_algorithm: "sha256") {
  return {
    update: (text: string) => ({
      digest(encoding: "base64url"): string {
        const bytes = sha256(new TextEncoder().encode(text))
        return new Bytes(bytes).toString(encoding)
      },
    }),
  }
}

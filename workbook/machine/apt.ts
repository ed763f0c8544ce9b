import { spawnSync } from "node:child_process"
import { onPath } from "./on-path.ts"

/** Installs Debian packages if possible: as root, with apt-get.
 * @returns whether they are installed afterwards */
export function installWithApt(...names: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !onPath("apt-get")) return false
  console.log(`Installing ${names.join(", ")} with apt-get…`)
  return (
    apt("update", "-q") &&
    apt("install", "-qy", "--no-install-recommends", ...names)
  )
}

function apt(...words: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const { status, stderr } = spawnSync("apt-get", words, {
    env,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  })
  if (status !== 0) console.error(stderr)
  return status === 0
}

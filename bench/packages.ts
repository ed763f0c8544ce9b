import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { CommandError } from "../workbook/command-error.ts"
import { root } from "../workbook/folders.ts"
import { packagesProblem } from "../workbook/machine/packages.ts"

/** Installs the packages of the peers, unless they match bench's lock file.
 * @throws CommandError that says how to measure without them */
export function installPeers(): void {
  const folder = join(root, "bench")
  if (packagesProblem(folder) === undefined) return
  console.log("Installing the peers: Socket.IO and Bun (110 MB)…")
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  })
  if (status === 0) return
  throw new CommandError(
    "The peers could not be installed: see npm's message above. Try\n" +
      "  npm ci --prefix bench\n" +
      "or measure servers that need no packages:\n" +
      "  npm run bench 4 5 7 raw-ws by-hand",
  )
}

import { CommandError } from "../command-error.ts"
import { installWithApt } from "./apt.ts"
import { isExecutable, onPath } from "./on-path.ts"

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
]

const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
]

export const chromiumRemedy =
  "Chromium or Chrome is needed for the checks in a browser:\n" +
  "  Debian, Ubuntu: sudo apt-get install chromium\n" +
  "  anywhere: install one and set CHROMIUM_PATH to its program"

/** Nothing of the browser's own may ask for the network. */
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
]

/** What Chromium is started with. As root, it runs only without its sandbox. */
export function launchArguments(): string[] {
  return process.getuid?.() === 0 ? [...quiet, "--no-sandbox"] : quiet
}

/** @returns the path of a Chromium or Chrome, `CHROMIUM_PATH` first */
export function findChromium(): string | undefined {
  const asked = process.env.CHROMIUM_PATH
  if (asked) return isExecutable(asked) ? asked : undefined
  for (const name of names) {
    const path = onPath(name)
    if (path) return path
  }
  return places.find(isExecutable)
}

/** @returns the same, installed if possible
 * @throws CommandError that says how else */
export function findOrInstallChromium(): string {
  if (!findChromium() && !process.env.CHROMIUM_PATH) installWithApt("chromium")
  const chromium = findChromium()
  if (!chromium) throw new CommandError(chromiumRemedy)
  return chromium
}

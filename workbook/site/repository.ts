import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { isIP } from "node:net"
import { join } from "node:path"

/** Where readers get the workbook. */
export interface Repository {
  /** Its page: "https://github.com/ann/workbook". */
  readonly url: string
  /** "github.com" */
  readonly host: string
  /** The folder that `git clone` makes. */
  readonly folder: string
}

/** Hosts by a part of their name, and where they edit a file of `main`. */
const editors: readonly (readonly [host: string, path: string])[] = [
  ["github", "edit/main"],
  ["gitlab", "-/edit/main"],
  ["codeberg", "_edit/main"],
]

/**
 * Reads where the workbook comes from: package.json names it, else the
 * checkout's own remote.
 * @param root of the workbook
 * @returns undefined if neither leads anywhere that a reader can reach
 */
export function readRepository(root: string): Repository | undefined {
  const text = readFileSync(join(root, "package.json"), "utf8")
  const { repository } = JSON.parse(text) as { repository?: unknown }
  return repositoryOf(repository) ?? repositoryOf(originOf(root))
}

/**
 * @param value as package.json or git has it: a URL, "git@host:path",
 *   "owner/name", "github:owner/name", or an object with such a `url`
 * @returns undefined for a path, and for a host that only this machine or
 *   network knows; never with a user or password
 */
export function repositoryOf(value: unknown): Repository | undefined {
  if (typeof value === "object" && value !== null && "url" in value) {
    return repositoryOf(value.url)
  }
  const url = typeof value === "string" ? urlOf(value.trim()) : undefined
  if (!url || !isPublic(url.hostname)) return undefined
  const path = url.pathname.replace(/\/+$/, "").replace(/\.git$/, "")
  const folder = path.split("/").at(-1)
  if (!folder) return undefined
  return { url: `https://${url.host}${path}`, host: url.hostname, folder }
}

/** Where a page can be edited, with VitePress' `:path` for its file; undefined
 * for a host whose addresses are not known. */
export function editPattern({ url, host }: Repository): string | undefined {
  const [, path] = editors.find(([name]) => host.includes(name)) ?? []
  return path && `${url}/${path}/docs/:path`
}

/** The commands that fetch the workbook. */
export function cloneLines({ url, folder }: Repository): string[] {
  return [`git clone ${url}.git`, `cd ${folder}`]
}

function urlOf(text: string): URL | undefined {
  const [, site = "github", short] =
    /^(?:(github|gitlab):)?(\w[\w-]*\/[\w.-]+)$/.exec(text) ?? []
  if (short) return new URL(`https://${site}.com/${short}`)
  // As ssh takes it: "git@host:path".
  const [, host, path] =
    /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/.exec(text) ?? []
  const spelled = host ? `ssh://${host}/${path?.replace(/^\/+/, "")}` : text
  const full = spelled.replace(/^git\+/, "")
  const [, scheme, rest] = /^(https?|ssh|git):\/\/(.+)$/.exec(full) ?? []
  if (!scheme || !URL.canParse(`https://${rest}`)) return undefined
  const url = new URL(`https://${rest}`)
  // The port of ssh is not that of the pages.
  if (!scheme.startsWith("http")) url.port = ""
  return url
}

function isPublic(host: string): boolean {
  const isAddress = isIP(host.replace(/^\[|\]$/g, "")) !== 0
  return host.includes(".") && !isAddress && !/\.(local|internal)$/.test(host)
}

/** The remote of the workbook's own checkout: a folder that was unpacked within
 * another one has none. */
function originOf(root: string): string | undefined {
  const above = git(root, ["rev-parse", "--show-prefix"])
  if (above !== "") return undefined
  return git(root, ["config", "--get", "remote.origin.url"])
}

/** @returns what git prints; undefined if it fails or is missing */
function git(cwd: string, words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, { cwd, encoding: "utf8" })
  return status === 0 ? stdout.trim() : undefined
}

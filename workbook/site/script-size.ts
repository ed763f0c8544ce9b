import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

const scripts = /<(?:script[^>]*\bsrc|link rel="modulepreload" href)="([^"]+)"/g

/**
 * What a visitor's browser loads of scripts for the first page.
 * @param folder of the built site
 * @returns in bytes, compressed
 */
export function firstScriptSize(folder: string): number {
  const html = readFileSync(join(folder, "index.html"), "utf8")
  const paths = [...html.matchAll(scripts)].map(([, path = ""]) => path)
  const sizes = [...new Set(paths)].map((path) => {
    return gzipSync(readFileSync(join(folder, path))).length
  })
  return sizes.reduce((one, other) => one + other, 0)
}

import { existsSync } from "node:fs"
import { extname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { htmlOf, paths, siteFolder } from "./built-site.ts"

describe("every link of the site leads somewhere, from", () => {
  test.each(paths)("%s", (path) => {
    const dead = linksOn(path).filter(({ page, anchor }) => {
      if (!page.endsWith(".html")) return !existsSync(join(siteFolder, page))
      if (!paths.includes(page)) return true
      return anchor !== "" && !htmlOf(page).includes(`id="${anchor}"`)
    })
    expect(dead).toEqual([])
  })
})

function linksOn(path: string) {
  const here = new URL(path, "http://site")
  return [...htmlOf(path).matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)]
    .map(([, href = ""]) => new URL(href, here))
    .filter(({ host }) => host === "site")
    .map(({ pathname, hash }) => ({
      page: fileOf(pathname),
      anchor: decodeURIComponent(hash.slice(1)),
    }))
    .filter(({ anchor }) => anchor !== "VPContent") // made by scripts
}

function fileOf(pathname: string): string {
  if (pathname.endsWith("/")) return `${pathname}index.html`
  // A file to download, or a page.
  return extname(pathname) !== "" ? pathname : `${pathname}.html`
}

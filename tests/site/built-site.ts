import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import express from "express"
import type { BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { root } from "../../workbook/folders.ts"
import { useBrowser, type Visitor } from "../browser/browser.ts"

/** Where the built site is. */
export const siteFolder = join(root, "docs/.vitepress/dist")
if (!existsSync(join(siteFolder, "index.html"))) {
  throw new Error("There is no built site yet. Run: npm run docs:build")
}

/** The paths of all pages, like "/steps/04-groups.html". */
export const paths = readdirSync(siteFolder, {
  recursive: true,
  encoding: "utf8",
})
  .map((path) => `/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".html") && path !== "/404.html")
  .sort()

/** @param path one of `paths` */
export function htmlOf(path: string): string {
  return readFileSync(join(siteFolder, path), "utf8")
}

export interface Reader extends Visitor {
  /** The address of the site, without a slash at its end. */
  readonly url: string
  /** The requests of the page to other sites. */
  readonly strangers: readonly string[]
}

/** Opens a page of the site in a new browser context.
 * @param path with a slash at its beginning */
export type Open = (
  path: string,
  options?: BrowserContextOptions,
) => Promise<Reader>

/** The built site, served, with one Chromium for all tests of a file. */
export function useSite(): Open {
  const newVisitor = useBrowser()
  let server: Server
  beforeAll(async () => {
    const app = express().use(express.static(siteFolder))
    server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, "localhost", () => resolve(listening))
    })
  })
  afterAll(() => {
    server?.closeAllConnections()
    server?.close()
  })
  return async (path, options) => {
    const { page, complaints } = await newVisitor(options)
    const { port } = server.address() as AddressInfo
    const url = `http://localhost:${port}`
    const strangers: string[] = []
    page.on("request", (request) => {
      const asked = request.url()
      const isOwn = asked.startsWith(`${url}/`) || asked.startsWith("data:")
      if (!isOwn) strangers.push(asked)
    })
    await page.goto(url + path)
    if (options?.javaScriptEnabled !== false) await ready(page)
    return { page, complaints, strangers, url }
  }
}

/** Resolves when the page's scripts have taken over. */
async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const app = document.querySelector("#app")
    return app !== null && "__vue_app__" in app
  })
}

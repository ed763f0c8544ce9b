import { join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, test } from "vitest"
import { failureText } from "../../workbook/checks/failure-text.ts"
import { root } from "../../workbook/folders.ts"

const folders = ["/tmp/plain/work", "/tmp/n b (ü)/my work"]

describe.each(folders)("a failure in %s shows its place", (folder) => {
  const router = join(folder, "02-routing/url-router.ts")
  const address = pathToFileURL(router).href

  function placeIn(...frames: string[]): string | undefined {
    const stack = ["Error: nothing", ...frames].join("\n")
    const said = { did: [], expected: "1", received: "2", printed: "" }
    const failed = { title: "routes", failure: { ...said, stack } }
    return /^ {4}look at {3}(.*)$/m.exec(failureText(failed, folder))?.[1]
  }

  test.each([
    `    at enter (${router}:27:11)`,
    `    at Object.run [as enter] (${router}:27:11)`,
    `    at ${router}:27:11`,
    `    at async ${router}:27:11`,
    `    at enter (${address}:27:11)`,
    `    at async enter (${address}:27:11)`,
    `    at ${address}:27:11`,
    `    at async ${address}:27:11`,
  ])("from %s", (frame) => {
    const here = relative(root, folder)
    const place = join(here, "02-routing/url-router.ts:27")
    expect(placeIn(frame)).toBe(place)
  })

  test("in the newest step, never in todo.ts", () => {
    const frames = [
      `    at todo (${folder}/todo.ts:4:9)`,
      `    at send (${folder}/01-echo/server/protocol-server.ts:5:1)`,
      `    at enter (${address}:27:11)`,
    ]
    expect(placeIn(...frames)).toMatch(/02-routing\/url-router\.ts:27$/)
  })

  test("but no place outside of it", () => {
    const frames = [
      "    at async Promise.all (index 0)",
      "    at new Promise (<anonymous>)",
      `    at enter (${folder}-2/02-routing/url-router.ts:27:11)`,
      "    at enter (node:internal/process:1:2)",
      "    at enter (file://elsewhere/%:1:2)",
    ]
    expect(placeIn(...frames)).toBeUndefined()
  })
})

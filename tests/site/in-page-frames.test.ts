import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { frames, handshakes } from "../support/golden.ts"
import { useServer } from "../support/servers.ts"
import { useSite } from "./built-site.ts"
import { converse, type Script } from "./conversation.ts"
import { overNetwork } from "./network-socket.ts"

interface InPage {
  converse(step: string, script: Script): Promise<string[][]>
}

/** The part of the built site that has the steps' code. */
const chunks = "assets/chunks"
const names = readdirSync(join(root, "docs/.vitepress/dist", chunks))
const chunk = names.find((name) => name.startsWith("serve-in-page."))

const open = useSite()

/** In characters. Longer frames pass the same limit, and take long to get into
 * a browser. */
const longestFrame = 2 ** 21

/** What a page cannot do: send lines of its own, or leave an address as it is
 * typed. */
const requests = handshakes.filter(({ path, lines }) => {
  return !lines && /^[\x21-\x7e]+$/.test(path)
})
const frameRows = frames.filter(({ frame }) => frame.length < longestFrame)

const scripts: Record<string, Script> = {
  ...Object.fromEntries(
    requests.map(({ id, what, path }) => {
      return [`${id}: ${what}`, { paths: [path], frames: [] }]
    }),
  ),
  ...Object.fromEntries(
    frameRows.map(({ id, what, frame }) => {
      const data = typeof frame === "string" ? frame : [...frame]
      const paths = [`/ws/chat/${id}/`]
      return [`${id}: ${what}`, { paths, frames: [{ by: 0, frame: data }] }]
    }),
  ),
  "two rooms, and who is in them": {
    paths: ["caf%C3%A9%20bar", "tea", "caf%C3%A9%20bar", "%20tea"].map(
      (room) => `/ws/chat/${room}/`,
    ),
    frames: [
      { by: 0, frame: '{"message":"hi"}' },
      { by: 2, frame: '{"message":"hello"}' },
      { by: 1, frame: '{"message":"anyone?"}' },
      { by: 0, frame: "not for the others" },
      { by: 3, frame: '{"message":"me"}' },
    ],
  },
}

describe.each(["01-echo", "02-routing", "04-groups"])(
  "in the page, %s answers like its server",
  (step) => {
    const server = useServer(step)

    test("every row of the golden transcript that a page can send", {
      timeout: 60_000,
    }, async () => {
      const { page, url, complaints, strangers } = await open("/index.html")
      await page.addScriptTag({
        type: "module",
        content: `
          import { serveInPage } from "${url}/${chunks}/${chunk}"
          ${converse}
          globalThis.inPage = {
            converse: (step, script) => converse(serveInPage(step), script)
          }`,
      })
      await page.waitForFunction(() => "inPage" in globalThis)
      expect(requests.length + frameRows.length).toBeGreaterThan(50)
      for (const [name, script] of Object.entries(scripts)) {
        const real = await converse(overNetwork(server().port), script)
        const inPage = await page.evaluate(
          ([which, conversation]) => {
            const { inPage } = globalThis as unknown as { inPage: InPage }
            return inPage.converse(which, conversation)
          },
          [step, script] as const,
        )
        expect(real.flat(), name).not.toEqual([])
        expect(inPage, name).toEqual(real)
      }
      expect(complaints).toEqual([])
      expect(strangers).toEqual([])
    })
  },
)

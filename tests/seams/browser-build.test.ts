import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { filesRunBy } from "../../workbook/site/imports.ts"

const steps = join(root, "steps")

/** The modules that a browser build can replace. */
const replaceable = ["node:crypto", "node:util"]

test.each([
  "01-echo/chat-consumer.ts",
  "02-routing/url-router.ts",
  "04-groups/chat-consumer.ts",
  "04-groups/in-memory-channel-layer.ts",
])("%s imports nothing that a browser lacks", (main) => {
  const files = [...filesRunBy(steps, main)]
  const texts = files.map((file) => readFileSync(join(steps, file), "utf8"))
  const imported = texts.flatMap((text) => {
    const found = text.matchAll(/^import (?!type\b)[^"]*?from "([^."][^"]*)"/gm)
    return [...found].map(([, name]) => name)
  })
  const others = imported.filter((name) => !replaceable.includes(name ?? ""))
  expect(others).toEqual([])
  expect(texts.join("\n")).not.toMatch(/\bBuffer\b/)
  expect(files.filter((file) => file.includes("/server/"))).toEqual([])
})

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { filesOf } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { listSteps } from "../../workbook/steps.ts"

const folder = join(root, "steps")

const sources = listSteps(root)
  .flatMap(({ name }) => filesOf(folder, name))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }))

/** `get` or `each` of anything, and the name before it if there is one. */
const access = /([\w$]+|[)\]])[\s?!]*\.\s*(get|each)\b/g

/** What has a `get` that is not SQLite's: maps, queries of addresses, and the
 * routers of Express. */
const harmless =
  /([\w$]+)(?:\s*:[^=;\n]*)?\s*(?:=\s*(?:new (?:(?:Weak)?Map|URLSearchParams)|Router|express)\b|:\s*(?:Readonly|Weak)?Map<)/g

/** @returns each use of `get` or `each` on anything else */
function suspects(text: string, known: ReadonlySet<string>): string[] {
  return [...text.matchAll(access)].flatMap(([, name = "", method]) => {
    return known.has(name) ? [] : [`${name}.${method}`]
  })
}

/** The names that are declared as something harmless. */
function declaredIn(text: string): string[] {
  return [...text.matchAll(harmless)].map(([, name = ""]) => name)
}

const known = new Set(sources.flatMap(({ text }) => declaredIn(text)))

test("no step uses get or each of SQLite: they return a row before it is committed", () => {
  const found = sources.flatMap(({ file, text }) => {
    return suspects(text, known).map((use) => `${file}: ${use}`)
  })
  expect(found).toEqual([])
  expect(sources.length).toBeGreaterThan(50)
})

test.each([
  ["database.get<Stored>(sql)", "database.get"],
  ["await this.database.reader.get(sql)", "reader.get"],
  ["await statement.each(values, show)", "statement.each"],
  ["this.sqlite\n      .get<{ id: number }>(sql)", "sqlite.get"],
  ["database?.get(sql)", "database.get"],
  ["(await open()).get(sql)", ").get"],
  ["const read = statement.get.bind(statement)", "statement.get"],
])("%j would be found", (text, use) => {
  expect(suspects(text, known)).toEqual([use])
})

test.each([
  'router.get("/chat/", show)',
  "this.statements.get(sql)",
  "const frame = made.get(event)",
  "get length(): number {",
  "/** `get` returns a row before its statement has ended. */",
])("%j is allowed", (text) => {
  expect(suspects(text, known)).toEqual([])
})

import { describe, expect, test } from "vitest"
import { listSteps } from "../../workbook/steps.ts"
import { htmlOf, paths } from "./built-site.ts"

describe("a link to a page can be shown with a preview:", () => {
  test.each(paths)("%s", (path) => {
    const html = htmlOf(path)
    const description = contentOf(html, "description")
    expect(description).toMatch(/^.{50,160}$/s)
    expect(contentOf(html, "og:description")).toBe(description)
    const [, title] = /<title>(.*?)<\/title>/.exec(html) ?? []
    expect(contentOf(html, "og:title")).toBe(title)
    expect(contentOf(html, "og:type")).toBe(
      path === "/index.html" ? "website" : "article",
    )
    expect(contentOf(html, "twitter:card")).toBeDefined()
  })

  test("no two have the same description", () => {
    const all = paths.map((path) => contentOf(htmlOf(path), "description"))
    expect(new Set(all).size).toBe(paths.length)
  })

  test.each(listSteps())(
    "the description of $name has its goal",
    ({ name, goal }) => {
      const html = htmlOf(`/steps/${name}.html`)
      expect(contentOf(html, "description")).toBe(goal)
    },
  )
})

/** What a meta tag of that name has, as it is read. */
function contentOf(html: string, name: string): string | undefined {
  const tag = new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)"`)
  return tag.exec(html)?.[1]?.replaceAll("&amp;", "&").replaceAll("&quot;", '"')
}

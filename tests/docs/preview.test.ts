import { describe, expect, test } from "vitest"
import { previewTags, readSiteUrl } from "../../workbook/site/preview.ts"

const lesson = {
  title: "Groups",
  description: "Every message reaches everyone.",
  page: "steps/04-groups.md",
  site: undefined,
  image: "/workbook/assets/room.1a2b.png",
}

describe("the preview of a page", () => {
  test("has its title and its description", () => {
    const values = valuesOf(previewTags(lesson))
    expect(values).toMatchObject({
      "og:type": "article",
      "og:title": "Groups",
      "og:description": "Every message reaches everyone.",
    })
  })

  test("has no address and no picture while the site has no address", () => {
    const values = valuesOf(previewTags(lesson))
    expect(values).not.toHaveProperty("og:url")
    expect(values).not.toHaveProperty("og:image")
    expect(values["twitter:card"]).toBe("summary")
  })

  test("has whole addresses once the site has one", () => {
    const site = readSiteUrl("https://ann.example.org/workbook")
    const values = valuesOf(previewTags({ ...lesson, site }))
    const home = "https://ann.example.org/workbook/"
    expect(values).toMatchObject({
      "og:url": `${home}steps/04-groups.html`,
      "og:image": `${home}assets/room.1a2b.png`,
      "twitter:card": "summary_large_image",
    })
    const first = { ...lesson, site, page: "index.md" }
    expect(valuesOf(previewTags(first))).toMatchObject({
      "og:type": "website",
      "og:url": home,
    })
  })
})

describe("the address of the site", () => {
  test("is unknown unless it is set", () => {
    expect(readSiteUrl(undefined)).toBeUndefined()
    expect(readSiteUrl("")).toBeUndefined()
  })

  test.each(["example.org", "/docs/", "ftp://example.org/"])(
    "is refused if it is %s",
    (text) => {
      expect(() => readSiteUrl(text)).toThrow(`SITE_URL is "${text}"`)
    },
  )
})

/** Their contents, by name. */
function valuesOf(tags: ReturnType<typeof previewTags>) {
  return Object.fromEntries(
    tags.map(([, { property, name, content }]) => [property ?? name, content]),
  )
}

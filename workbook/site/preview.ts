/** What is known about a page when its HTML is written. */
export interface Preview {
  readonly title: string
  readonly description: string
  /** Relative to docs/: "steps/04-groups.md". */
  readonly page: string
  /** Where the site will be, with a slash at its end; undefined if that is not
   * known. */
  readonly site: URL | undefined
  /** A picture's path on that host. */
  readonly image: string | undefined
}

/** A tag of the page's head, as VitePress takes it. */
export type HeadTag = [tag: string, attributes: Record<string, string>]

/**
 * What chats and search engines show of a linked page. A picture
 * needs the whole address, so there is none for a site without one.
 */
export function previewTags(preview: Preview): HeadTag[] {
  const { title, description, page, site, image } = preview
  const picture = site && image && new URL(image, site).href
  const properties = {
    "og:type": page === "index.md" ? "website" : "article",
    "og:site_name": "Channels workbook",
    "og:title": title,
    "og:description": description,
    ...(site ? { "og:url": new URL(addressOf(page), site).href } : {}),
    ...(picture ? { "og:image": picture } : {}),
  }
  const card = picture ? "summary_large_image" : "summary"
  const tags = Object.entries(properties).map(
    ([property, content]): HeadTag => {
      return ["meta", { property, content }]
    },
  )
  return [...tags, ["meta", { name: "twitter:card", content: card }]]
}

/**
 * Reads the address at which the built site will be.
 * @param text like "https://ann.github.io/workbook/"
 * @returns undefined for an empty string
 * @throws Error if it is not the address of a site
 */
export function readSiteUrl(text: string | undefined): URL | undefined {
  if (!text) return undefined
  const whole = text.endsWith("/") ? text : `${text}/`
  if (/^https?:/.test(whole) && URL.canParse(whole)) return new URL(whole)
  throw new Error(
    `SITE_URL is "${text}": it needs an address like https://example.org/docs/`,
  )
}

function addressOf(page: string): string {
  return page.replace(/\.md$/, ".html").replace(/(^|\/)index\.html$/, "$1")
}

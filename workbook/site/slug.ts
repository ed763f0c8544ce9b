/** That of a page's title, whose own word may be a task's name: "Echo". */
export const titleAnchor = "top"

/**
 * The anchor of a heading. The site's own, so that whoever checks links knows
 * what they lead to.
 * @param text as it is read, without markup
 */
export function slugOf(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-|-$/g, "")
}

/** What a mail program shows without markup: paragraphs, lists with their marks,
 * and commands on lines of their own. */
export function plainTextOf(text: Element): string {
  return [...text.children].map(plainBlock).filter(Boolean).join("\n\n")
}

function plainBlock(block: Element): string {
  const items = [...block.children].filter((it) => it.matches("li"))
  if (items.length > 0) {
    const isNumbered = block.matches("ol")
    const marked = items.map((item, index) => {
      return `${isNumbered ? `${index + 1}.` : "-"} ${wordsOf(item)}`
    })
    return marked.join("\n")
  }
  const code = block.querySelector("pre")
  return code ? (code.textContent ?? "").trim() : wordsOf(block)
}

function wordsOf(element: Element): string {
  return (element.textContent ?? "").replace(/\s+/g, " ").trim()
}

type Attributes = Readonly<Record<string, string | number>>

/** @returns an element of an SVG, with what is in it */
export function element(
  name: string,
  attributes: Attributes,
  content: string | readonly string[] = "",
): string {
  const pairs = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === "number" ? round(value) : value}"`
  })
  const inner = typeof content === "string" ? escaped(content) : lines(content)
  return `<${name}${pairs.join("")}>${inner}</${name}>`
}

function lines(elements: readonly string[]): string {
  return `\n${elements.join("\n")}\n`
}

/** A tenth of a pixel cannot be seen. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}

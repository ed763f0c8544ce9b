import script from "@mermaid-js/tiny/dist/mermaid.tiny.js?url"

interface Mermaid {
  initialize(settings: object): void
  render(id: string, source: string): Promise<{ readonly svg: string }>
}

let loaded: Promise<Mermaid> | undefined

/**
 * Draws a diagram; the first one loads what it takes.
 * @param id that no other element has
 * @returns the SVG, as HTML
 * @throws Error with what is wrong with the source
 */
export async function draw(
  id: string,
  source: string,
  isDark: boolean,
): Promise<string> {
  loaded ??= load()
  const mermaid = await loaded
  mermaid.initialize({
    startOnLoad: false,
    theme: isDark ? "dark" : "neutral",
    fontFamily: "system-ui, sans-serif",
    // The theme's own grey is too close to its letters.
    themeVariables: isDark ? { edgeLabelBackground: "#1b1b1f" } : {},
  })
  const { svg } = await mermaid.render(id, source)
  return svg
}

/** As a script of its own: as a module, its global would be lost. */
function load(): Promise<Mermaid> {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script")
    element.src = script
    element.onload = () => {
      resolve((globalThis as unknown as { mermaid: Mermaid }).mermaid)
    }
    element.onerror = () => reject(new Error("Mermaid could not be loaded"))
    document.head.append(element)
  })
}

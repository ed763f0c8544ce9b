import script from "@mermaid-js/tiny/dist/mermaid.tiny.js?url"

interface Mermaid {
  initialize(settings: object): void
  render(id: string, source: string): Promise<{ readonly svg: string }>
}

/** Boxes near each other: a drawing that is wider than the column gets letters
 * that are too small to read. */
const narrow = {
  fontSize: 14,
  sequence: {
    diagramMarginX: 8,
    actorMargin: 20,
    width: 148,
    height: 44,
    messageMargin: 26,
    wrap: true,
    wrapPadding: 4,
  },
  flowchart: { nodeSpacing: 30, rankSpacing: 36, padding: 10 },
}

/** Mermaid's own are as yellow as its notes; these go with the page. */
const colours = {
  light: {
    noteBkgColor: "#f6f6f7",
    noteTextColor: "#3c3c43",
    noteBorderColor: "#8e8e93",
  },
  dark: {
    noteBkgColor: "#2e2e32",
    noteTextColor: "#dfdfd6",
    noteBorderColor: "#98989f",
    // The theme's own grey is too close to its letters.
    edgeLabelBackground: "#1b1b1f",
  },
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
    themeVariables: isDark ? colours.dark : colours.light,
    ...narrow,
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

// Handed to Chromium as it is, to a page that has Mermaid.

/** Written as attributes, where an element has not inherited them. */
const looks = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
]

/** Where something is, and how its ends look. */
const places = [
  ["d", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx"],
  ["ry", "width", "height", "points", "transform", "viewBox", "orient"],
  ["marker-start", "marker-end", "refX", "refY", "markerWidth", "markerHeight"],
  ["markerUnits", "dominant-baseline"],
].flat()

/**
 * @typedef {typeof globalThis & { mermaid: {
 *   initialize(settings: object): void
 *   render(id: string, source: string): Promise<{ svg: string }>
 * } }} WithMermaid
 */

Object.assign(globalThis, { drawDiagram })

/**
 * Draws a diagram as an SVG that can be part of any page: Mermaid's own has
 * a style sheet and ids that would get in the way of others.
 * @param {string} id that no other diagram has
 * @param {string} source what Mermaid draws
 * @param {object} settings Mermaid's
 * @param {Record<string, string>} variables what to write for a colour, by the
 * colour as browsers write it
 * @returns {Promise<string>} the SVG, as HTML
 */
async function drawDiagram(id, source, settings, variables) {
  const { mermaid } = /** @type {WithMermaid} */ (globalThis)
  mermaid.initialize(settings)
  const { svg } = await mermaid.render(id, source)
  document.body.innerHTML = svg
  const root = document.querySelector("svg")
  if (!root) throw new Error("Mermaid has drawn nothing")
  const { x, y, width, height } = root.viewBox.baseVal
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const box = [x, y, width, height].map(Math.round)
  drawn.setAttribute("viewBox", box.join(" "))
  drawn.setAttribute("width", `${box[2]}`)
  drawn.setAttribute("height", `${box[3]}`)
  for (const [name, value] of Object.entries(lookOf(root))) {
    drawn.setAttribute(name, value)
  }
  drawn.append(...copies(root))
  return drawn.outerHTML

  /** @param {Element} element whose children are copied */
  function copies(element) {
    return [...element.childNodes].flatMap((node) => {
      if (node instanceof SVGElement) return copy(node)
      return node.textContent?.trim() ? node.cloneNode() : []
    })
  }

  /**
   * @param {SVGElement} element
   * @returns {Element | []} one that looks the same, without a style sheet
   */
  function copy(element) {
    if (element.matches("style, title, desc, rect:not([width])")) return []
    if (isUnused(element)) return []
    const isShape = element instanceof SVGGeometryElement
    const children = isShape ? [] : copies(element)
    if (!isShape && children.length === 0) return []
    const made = document.createElementNS(
      "http://www.w3.org/2000/svg",
      element.localName,
    )
    if (element.matches("marker")) made.id = ownId(element.id)
    for (const name of places) {
      const value = element.getAttribute(name)
      if (value) made.setAttribute(name, placed(name, value))
    }
    const [own, outer] = [element, element.parentElement].map(lookOf)
    for (const [name, value] of Object.entries(own ?? {})) {
      if (value !== outer?.[name]) made.setAttribute(name, value)
    }
    made.append(...children)
    return made
  }

  /** @param {SVGElement} element */
  function isUnused(element) {
    const isMeantForUse = element.matches("marker, symbol, filter")
    return isMeantForUse && !svg.includes(`url(#${element.id})`)
  }

  /** @param {string} given */
  function ownId(given) {
    return given.startsWith(id) ? given : `${id}-${given}`
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  function placed(name, value) {
    const [, target] = /^url\(#(.*)\)$/.exec(value) ?? []
    if (target) return `url(#${ownId(target)})`
    // Lifelines end far below the picture.
    if (name === "y2") return `${Math.min(Number(value), y + height)}`
    return value.replace(/-?\d+\.\d+/g, (it) => String(+Number(it).toFixed(1)))
  }

  /**
   * @param {Element | null} element
   * @returns {Record<string, string>}
   */
  function lookOf(element) {
    if (!element) return {}
    const style = getComputedStyle(element)
    return Object.fromEntries(
      looks.map((name) => [name, written(name, style.getPropertyValue(name))]),
    )
  }

  /**
   * @param {string} name of a property
   * @param {string} value as the browser has computed it
   */
  function written(name, value) {
    if (name === "stroke-dasharray") {
      return /^(0|1)(px)?(, 0(px)?)?$/.test(value) ? "none" : value
    }
    if (name !== "fill" && name !== "stroke") return value.replace(/px$/, "")
    const variable = value === "none" ? value : variables[value]
    if (!variable) throw new Error(`There is no variable for ${name} ${value}`)
    return variable
  }
}

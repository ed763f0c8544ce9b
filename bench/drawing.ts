import { element } from "./svg.ts"

// In pixels, as a picture is drawn.
export const width = 720
export const margin = 16

interface Styles {
  readonly light: string
  /** Where the reader's colours are dark. */
  readonly dark: string
}

/** What all pictures have. */
const common: Styles = {
  light: `
  text { font: 13px system-ui, sans-serif; fill: #213547 }
  .heading { font-size: 16px; font-weight: 600 }
  .title { font-weight: 600 }
  .small { font-size: 11px; fill: #57606a }
  .paper { fill: #ffffff }`,
  dark: `
    text { fill: #dfdfd6 }
    .small { fill: #a5a5a0 }
    .paper { fill: #1b1b1f }`,
}

export interface Drawing {
  readonly heading: string
  /** The picture in words, for readers who cannot see it. */
  readonly description: string
  readonly height: number
  readonly styles: Styles
  readonly elements: readonly string[]
  /** A line below it. */
  readonly about: string
}

/** @returns an SVG */
export function drawingOf(drawing: Drawing): string {
  const { heading, description, height, styles, elements, about } = drawing
  const svg = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-labelledby": "title description",
  }
  const style =
    `${common.light}${styles.light}\n` +
    `  @media (prefers-color-scheme: dark) {${common.dark}${styles.dark}\n  }`
  const whole = element("svg", svg, [
    element("title", { id: "title" }, heading),
    element("desc", { id: "description" }, description),
    element("style", {}, style),
    element("rect", { class: "paper", width, height, rx: 8 }),
    element("text", { class: "heading", x: margin, y: margin + 14 }, heading),
    ...elements,
    element("text", { class: "small", x: margin, y: height - margin }, about),
  ])
  return `${whole}\n`
}

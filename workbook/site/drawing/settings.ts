/** The colours of a drawing. While Mermaid draws, each is a colour that no page
 * has; afterwards it is a CSS variable, so that one drawing is right in light
 * and dark, and on paper. The value is for programs that show the file alone. */
const colours = {
  text: "#222",
  line: "#666",
  box: "#eef5f5",
  border: "#0b6e6e",
  label: "#fff",
  note: "#f4f1ea",
} as const

type Colour = keyof typeof colours

const names = Object.keys(colours) as Colour[]

/** What to write for a colour, by the colour as browsers write it. */
export const variables: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name, index) => [
    `rgb(0, 0, ${index + 1})`,
    `var(--diagram-${name}, ${colours[name]})`,
  ]),
)

function standIn(name: Colour): string {
  return `#00000${names.indexOf(name) + 1}`
}

const [text, line, box, border, label, note] = [
  standIn("text"),
  standIn("line"),
  standIn("box"),
  standIn("border"),
  standIn("label"),
  standIn("note"),
]

/** Mermaid's settings. Boxes are near each other: what is wider than the column
 * gets letters that are too small to read. The letters are as wide on every
 * system that has one of the fonts. */
export const settings = {
  startOnLoad: false,
  theme: "base",
  fontFamily: "Arial, Helvetica, Liberation Sans, Arimo, sans-serif",
  fontSize: 14,
  htmlLabels: false,
  themeCSS: ".actor-line, .loopLine { stroke-width: 1px }",
  flowchart: {
    htmlLabels: false,
    nodeSpacing: 30,
    rankSpacing: 30,
    padding: 10,
  },
  sequence: {
    mirrorActors: false,
    diagramMarginX: 2,
    diagramMarginY: 6,
    actorMargin: 20,
    width: 140,
    height: 34,
    messageMargin: 20,
    boxMargin: 4,
    noteMargin: 6,
    wrap: true,
    wrapPadding: 4,
  },
  themeVariables: {
    fontSize: "14px",
    titleColor: text,
    textColor: text,
    primaryTextColor: text,
    nodeTextColor: text,
    actorTextColor: text,
    signalTextColor: text,
    labelTextColor: text,
    loopTextColor: text,
    noteTextColor: text,
    lineColor: line,
    arrowheadColor: line,
    defaultLinkColor: line,
    actorLineColor: line,
    signalColor: line,
    primaryColor: box,
    mainBkg: box,
    actorBkg: box,
    primaryBorderColor: border,
    nodeBorder: border,
    actorBorder: border,
    labelBoxBorderColor: border,
    noteBorderColor: line,
    edgeLabelBackground: label,
    labelBoxBkgColor: label,
    noteBkgColor: note,
  },
} as const

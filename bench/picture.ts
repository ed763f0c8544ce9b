import { describeRun } from "./describe-run.ts"
import { drawingOf, margin, width } from "./drawing.ts"
import { compare } from "./figures.ts"
import type { MeasuredServer, Result } from "./result.ts"
import { deliveryRows, type Row, rows } from "./rows.ts"
import { element } from "./svg.ts"

// In pixels.
const labelWidth = 220
const lineHeight = 20
const barHeight = 12

/** Logarithmic: twice as cheap is as far from 1 as half as cheap. */
const scale = { from: 1 / 16, to: 128 } as const
const marks = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

const styles = {
  light: `
  .grid { stroke: #d0d7de }
  .one { stroke: #57606a; stroke-width: 1.5 }
  .step { fill: #3451b2 }
  .peer { fill: #a3acb9 }
  .spread { stroke: #213547; stroke-width: 1.5 }`,
  dark: `
    .grid { stroke: #3c3f44 }
    .one { stroke: #a5a5a0 }
    .step { fill: #a8b1ff }
    .peer { fill: #6a6f7a }
    .spread { stroke: #dfdfd6 }`,
}

const heading =
  "How cheap a delivery is: Socket.IO is 1, to the right is cheaper"

/** @returns the ratios of all rows of deliveries, as an SVG */
export function drawPicture(result: Result): string {
  const shown = rows.filter(({ name }) => isOneOf(deliveryRows, name))
  let top = margin + 2 * lineHeight
  const parts = shown.flatMap((row) => {
    const servers = result.servers.filter(({ name }) => {
      return compare(result, row, name, name) !== undefined
    })
    if (servers.length === 0) return []
    const part = drawRow(result, row, servers, top)
    top += (servers.length + 3) * lineHeight
    return part
  })
  return drawingOf({
    heading,
    description: describe(result, shown),
    height: top + margin + lineHeight / 2,
    styles,
    elements: parts,
    about: describeRun(result),
  })
}

function drawRow(
  result: Result,
  row: Row,
  servers: readonly MeasuredServer[],
  top: number,
): string[] {
  const bottom = top + (servers.length + 1.6) * lineHeight
  const grid = marks.flatMap((mark) => {
    const x = xOf(mark)
    const where = { x1: x, x2: x, y1: top + lineHeight, y2: bottom }
    const below = { x, y: bottom + 12, "text-anchor": "middle" }
    return [
      element("line", { class: mark === 1 ? "one" : "grid", ...where }),
      element("text", { class: "small", ...below }, String(mark)),
    ]
  })
  const bars = servers.flatMap((server, index) => {
    return drawBar(result, row, server, top + (index + 1.4) * lineHeight)
  })
  const title = { class: "title", x: margin, y: top + 13 }
  return [element("text", title, row.title), ...grid, ...bars]
}

function drawBar(
  result: Result,
  row: Row,
  { name, title, reference }: MeasuredServer,
  y: number,
): string[] {
  const label = element("text", { x: margin, y: y + 11 }, title)
  const found = compare(result, row, name, reference)
  if (!found?.ratio) return [label]
  const { median, min, max } = found.ratio
  const kind = title.startsWith("Step ") ? "step" : "peer"
  const x = Math.min(xOf(1), xOf(median))
  const length = Math.abs(xOf(median) - xOf(1))
  const middle = y + barHeight / 2
  const ends = { x1: xOf(min), x2: xOf(max), y1: middle, y2: middle }
  const text = `${median.toFixed(2)}${found.isMarked ? " !" : ""}`
  const beside = { x: Math.max(xOf(1), xOf(max)) + 6, y: y + 10 }
  return [
    label,
    element("rect", { class: kind, x, y, width: length, height: barHeight }),
    element("line", { class: "spread", ...ends }),
    element("text", { class: "small", ...beside }, text),
  ]
}

function xOf(ratio: number): number {
  const { from, to } = scale
  const held = Math.min(Math.max(ratio, from), to)
  const part = Math.log(held / from) / Math.log(to / from)
  return labelWidth + part * (width - labelWidth - 2 * margin - 30)
}

/** The numbers in words, for readers who cannot see the bars. */
function describe(result: Result, shown: readonly Row[]): string {
  const sentences = shown.map((row) => {
    const ratios = result.servers.flatMap(({ name, title, reference }) => {
      const ratio = compare(result, row, name, reference)?.ratio
      return ratio ? [`${title} ${ratio.median.toFixed(2)}`] : []
    })
    return `${row.title}: ${ratios.join("; ")}.`
  })
  return `Socket.IO with as many processes is 1. ${sentences.join(" ")}`
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name)
}

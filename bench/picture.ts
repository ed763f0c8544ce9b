import { describeRun } from "./describe-run.ts"
import { type Figure, isMarked, measurementsOf, ratioOf } from "./figures.ts"
import type { MeasuredServer, Result } from "./result.ts"
import { deliveryRows, type Row, rows } from "./rows.ts"

// In pixels, as the picture is drawn.
const width = 720
const labelWidth = 220
const lineHeight = 20
const barHeight = 12
const margin = 16

/** The scale is logarithmic: twice as cheap is as far as half as cheap. */
const scale = { from: 1 / 8, to: 128 } as const
const marks = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

const style = `
  text { font: 13px system-ui, sans-serif; fill: #213547 }
  .heading { font-size: 16px; font-weight: 600 }
  .title { font-weight: 600 }
  .small { font-size: 11px; fill: #57606a }
  .paper { fill: #ffffff }
  .grid { stroke: #d0d7de }
  .one { stroke: #57606a; stroke-width: 1.5 }
  .step { fill: #3451b2 }
  .peer { fill: #a3acb9 }
  .spread { stroke: #213547; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #dfdfd6 }
    .small { fill: #a5a5a0 }
    .paper { fill: #1b1b1f }
    .grid { stroke: #3c3f44 }
    .one { stroke: #a5a5a0 }
    .step { fill: #a8b1ff }
    .peer { fill: #6a6f7a }
    .spread { stroke: #dfdfd6 }
  }`

/** @returns the ratios of all rows of deliveries, as an SVG */
export function drawPicture(result: Result): string {
  const shown = rows.filter(({ name }) => isOneOf(deliveryRows, name))
  const heading =
    "How cheap a delivery is: Socket.IO is 1, to the right is cheaper"
  let top = margin + 2 * lineHeight
  const parts = shown.flatMap((row) => {
    const servers = result.servers.filter(({ name }) => {
      return measurementsOf(result, row, name).length > 0
    })
    if (servers.length === 0) return []
    const part = drawRow(result, row, servers, top)
    top += (servers.length + 3) * lineHeight
    return [part]
  })
  const height = top + margin + lineHeight / 2
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${heading}</title>
<desc id="description">${escaped(describe(result, shown))}</desc>
<style>${style}
</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
<text class="heading" x="${margin}" y="${margin + 14}">${heading}</text>
${parts.join("\n")}
<text class="small" x="${margin}" y="${height - margin}">${escaped(describeRun(result))}</text>
</svg>
`
}

function drawRow(
  result: Result,
  row: Row,
  servers: readonly MeasuredServer[],
  top: number,
): string {
  const bottom = top + (servers.length + 1.6) * lineHeight
  const grid = marks.map((it) => {
    const x = xOf(it)
    const kind = it === 1 ? "one" : "grid"
    return (
      `<line class="${kind}" x1="${x}" x2="${x}" y1="${top + lineHeight}" y2="${bottom}"/>` +
      `<text class="small" x="${x}" y="${bottom + 12}" text-anchor="middle">${it}</text>`
    )
  })
  const bars = servers.map((server, index) => {
    return drawBar(result, row, server, top + (index + 1.4) * lineHeight)
  })
  const title = `<text class="title" x="${margin}" y="${top + 13}">${escaped(row.title)}</text>`
  return [title, ...grid, ...bars].join("\n")
}

function drawBar(
  result: Result,
  row: Row,
  server: MeasuredServer,
  top: number,
): string {
  const label = `<text x="${margin}" y="${top + 11}">${escaped(server.title)}</text>`
  const ratio = ratioOf(result, row, server.name, server.reference)
  if (!ratio) return label
  const kind = server.name.startsWith("step-") ? "step" : "peer"
  const [from, to] = [xOf(1), xOf(ratio.median)].toSorted((a, b) => a - b)
  const middle = top + barHeight / 2
  const mark = isMarked(measurementsOf(result, row, server.name)) ? " !" : ""
  const textAt = Math.max(to ?? 0, xOf(ratio.max)) + 6
  return [
    label,
    `<rect class="${kind}" x="${from}" y="${top}" width="${round((to ?? 0) - (from ?? 0))}" height="${barHeight}"/>`,
    drawSpread(ratio, middle),
    `<text class="small" x="${textAt}" y="${top + 10}">${ratio.median.toFixed(2)}${mark}</text>`,
  ].join("\n")
}

function drawSpread({ min, max }: Figure, y: number): string {
  return `<line class="spread" x1="${xOf(min)}" x2="${xOf(max)}" y1="${y}" y2="${y}"/>`
}

function xOf(ratio: number): number {
  const { from, to } = scale
  const held = Math.min(Math.max(ratio, from), to)
  const part = Math.log(held / from) / Math.log(to / from)
  return round(labelWidth + part * (width - labelWidth - 2 * margin - 30))
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

/** The numbers as a text, for those who cannot see the bars. */
function describe(result: Result, shown: readonly Row[]): string {
  const sentences = shown.map((row) => {
    const ratios = result.servers.flatMap(({ name, title, reference }) => {
      const ratio = ratioOf(result, row, name, reference)
      return ratio ? [`${title} ${ratio.median.toFixed(2)}`] : []
    })
    return `${row.title}: ${ratios.join("; ")}.`
  })
  return `Socket.IO with as many processes is 1. ${sentences.join(" ")}`
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name)
}

import { drawingOf, margin, width } from "../drawing.ts"
import { element } from "../svg.ts"
import {
  about,
  costOf,
  describeProfiles,
  profilesHeading,
  titleOf,
} from "./describe.ts"
import { elsewhere, type Part, parts } from "./parts.ts"
import type { FunctionTime, PartTime, Profile } from "./profile.ts"

// In pixels.
const innerWidth = width - 2 * margin
const lineHeight = 20
const partHeight = 28
const functionHeight = 22
const zoomHeight = 24

/** About how wide a letter is, at most. */
const letterWidth = 6.8

/** Numbered in this order, in the picture as in its key. */
const all: readonly Part[] = [...parts, elsewhere]

/** Code of the steps, of packages, of Node and of the system. */
const kinds: Readonly<Record<Part, string>> = {
  "Consumers and queues": "own",
  "Rooms, groups, layer": "own",
  "Storing messages": "own",
  "Server and frames": "own",
  ws: "package",
  "ioredis, MessagePack": "package",
  "Node's streams and timers": "node",
  "Writing to sockets": "system",
  "Garbage collection": "node",
  "Other native code": "node",
  [elsewhere]: "elsewhere",
}

const styles = {
  light: `
  .number { font-size: 12px; font-weight: 600 }
  .function { font-size: 11px }
  rect.own { fill: #bfe3df }
  rect.package { fill: #f3dcae }
  rect.node { fill: #d3dbe6 }
  rect.system { fill: #f4c9b8 }
  rect.elsewhere { fill: #e6e6e2 }
  .block { stroke: #ffffff }
  .inner { fill-opacity: 0.55 }
  .zoom { fill: #57606a; fill-opacity: 0.12 }
  .line { stroke: #d0d7de }`,
  dark: `
    rect.own { fill: #1f5a56 }
    rect.package { fill: #665020 }
    rect.node { fill: #3a4657 }
    rect.system { fill: #7a402c }
    rect.elsewhere { fill: #45484c }
    .block { stroke: #1b1b1f }
    .zoom { fill: #a5a5a0; fill-opacity: 0.16 }
    .line { stroke: #3c3f44 }`,
}

/** What is drawn on one line: a profile, so many pixels wide for each µs. */
interface Band {
  readonly profile: Profile
  readonly scale: number
  readonly y: number
}

/** @returns two profiles below each other, on the same scale, and the second one
 * enlarged; as an SVG */
export function drawProfiles(before: Profile, after: Profile): string {
  const scale = innerWidth / Math.max(before.cost, after.cost)
  const enlarged = innerWidth / after.cost
  const first: Band = { profile: before, scale, y: margin + 3.8 * lineHeight }
  const bandHeight = partHeight + functionHeight + 2.2 * lineHeight
  const second: Band = { profile: after, scale, y: first.y + bandHeight }
  const zoomY = second.y + partHeight
  const third = { profile: after, scale: enlarged, y: zoomY + zoomHeight }
  const keyY = third.y + partHeight + functionHeight + 2 * lineHeight
  const keyHeight = (Math.ceil(all.length / 2) + 1) * lineHeight
  return drawingOf({
    heading: profilesHeading,
    description: describeProfiles(before, after),
    height: keyY + keyHeight + 2 * lineHeight,
    styles,
    elements: [
      element("text", { x: margin, y: margin + 36 }, titleOf(before)),
      ...[titled(first), ...partBlocks(first), ...functionBlocks(first)],
      ...[titled(second), ...partBlocks(second)],
      zoom(after.cost * scale, zoomY),
      ...[...partBlocks(third), ...functionBlocks(third)],
      ...key(before, after, keyY),
    ],
    about: about(after),
  })
}

function titled({ profile, y }: Band): string {
  const place = { class: "title", x: margin, y: y - 8 }
  return element("text", place, costOf(profile))
}

interface Placed {
  readonly found: PartTime
  readonly x: number
  readonly pixels: number
}

function placed({ profile, scale }: Band): Placed[] {
  let x = margin
  return all.flatMap((part) => {
    const found = profile.parts.find((it) => it.part === part)
    if (!found) return []
    const pixels = found.time * scale
    x += pixels
    return [{ found, x: x - pixels, pixels }]
  })
}

function partBlocks(band: Band): string[] {
  return placed(band).map(({ found, x, pixels }) => {
    const { part, time } = found
    const number = String(all.indexOf(part) + 1)
    const text = longestThatFits([`${number} ${part}`, number], pixels)
    const exact = `${part}: ${time.toFixed(2)} µs`
    const kind = kinds[part]
    const place = { x, y: band.y, width: pixels, height: partHeight }
    return block(place, `block ${kind}`, "number", text, exact)
  })
}

function functionBlocks(band: Band): string[] {
  const y = band.y + partHeight
  return placed(band).flatMap(({ found, x, pixels }) => {
    const { part, time, functions } = found
    const classes = `block inner ${kinds[part]}`
    let at = x
    const blocks = functions.map((it) => {
      const own = it.time * band.scale
      const place = { x: at, y, width: own, height: functionHeight }
      at += own
      const text = longestThatFits(labelsOf(it), own)
      const exact = `${labelsOf(it)[0]}: ${it.time.toFixed(2)} µs`
      return block(place, classes, "function", text, exact)
    })
    const left = x + pixels - at
    if (left < 0.5) return blocks
    const place = { x: at, y, width: left, height: functionHeight }
    const rest = time - functions.reduce((sum, it) => sum + it.time, 0)
    const exact = `Other functions: ${rest.toFixed(2)} µs`
    return [...blocks, block(place, classes, "function", "", exact)]
  })
}

/** From the longest to the shortest. */
function labelsOf({ name, file }: FunctionTime): string[] {
  const base = file.split("/").at(-1) ?? file
  if (base === "" || base === name) return [name]
  return name === "(unnamed)" ? [base] : [`${name}, ${base}`, name]
}

function longestThatFits(labels: readonly string[], pixels: number): string {
  return labels.find((it) => it.length * letterWidth + 8 <= pixels) ?? ""
}

type Place = Readonly<Record<"x" | "y" | "width" | "height", number>>

function block(
  place: Place,
  classes: string,
  textClass: string,
  text: string,
  exact: string,
): string {
  const { x, y, width, height } = place
  const beside = { x: x + width / 2, y: y + height / 2 + 4 }
  const label = { class: textClass, ...beside, "text-anchor": "middle" }
  return element("g", {}, [
    element("title", {}, exact),
    element("rect", { class: classes, ...place }),
    ...(text ? [element("text", label, text)] : []),
  ])
}

/** Shows that the band below is the same one, enlarged. */
function zoom(pixels: number, y: number): string {
  const [left, right] = [margin, margin + innerWidth]
  const corners = [
    ...[`${left},${y}`, `${(left + pixels).toFixed(1)},${y}`],
    ...[`${right},${y + zoomHeight}`, `${left},${y + zoomHeight}`],
  ]
  return element("polygon", { class: "zoom", points: corners.join(" ") })
}

/** Two columns: what each number means, and the times of both profiles. */
function key(before: Profile, after: Profile, y: number): string[] {
  const lines = Math.ceil(all.length / 2)
  const columnWidth = innerWidth / 2
  return all.flatMap((part, index) => {
    const column = Math.floor(index / lines)
    const x = margin + column * columnWidth
    const line = y + ((index % lines) + 1) * lineHeight
    const gap = column === 0 ? 24 : 0
    const ends = [before, after].map((profile, at) => {
      const right = x + columnWidth - gap - (1 - at) * 56
      return { profile, place: { x: right, "text-anchor": "end" } }
    })
    const heads = ends.map(({ profile, place }) => {
      const [step = ""] = profile.title.split(",")
      return element("text", { class: "small", y, ...place }, step)
    })
    const unit = { class: "small", x, y }
    const head = [element("text", unit, "µs for a delivery"), ...heads]
    const swatch = { x, y: line - 14, width: 22, height: 18 }
    const times = ends.map(({ profile, place }) => {
      const found = profile.parts.find((it) => it.part === part)
      const time = (found?.time ?? 0).toFixed(2)
      return element("text", { y: line, ...place }, time)
    })
    return [
      ...(index % lines === 0 ? head : []),
      block(swatch, kinds[part], "number", String(index + 1), part),
      element("text", { x: x + 30, y: line }, part),
      ...times,
    ]
  })
}

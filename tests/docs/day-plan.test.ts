import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { readDay } from "../../workbook/site/day-plan.ts"
import { Page, readPages } from "../../workbook/site/page.ts"
import { commands } from "../../workbook/site/rules/commands.ts"

const { parts, end } = readDay()
const moments = parts.flatMap((part) => part.moments)
const typed = moments.flatMap(({ command }) => command ?? [])

test("the day goes from 9:00 to 17:00, or ends a little earlier", () => {
  expect(moments[0]?.clock).toBe("9:00")
  const what = "shorten a part in workbook/site/day-plan.ts, or add one"
  expect(minutesOf(end), what).toBeLessThanOrEqual(minutesOf("17:00"))
  expect(minutesOf(end), what).toBeGreaterThan(minutesOf("16:30"))
})

test("lunch begins around noon, and nothing takes over 90 minutes", () => {
  const lunch = parts.find(({ name }) => name === "Lunch")?.moments[0]
  expect(minutesOf(lunch?.clock ?? "")).toBeGreaterThan(minutesOf("11:30"))
  expect(minutesOf(lunch?.clock ?? "")).toBeLessThan(minutesOf("13:00"))
  for (const { what, minutes } of moments) {
    expect(minutes, what).toBeLessThanOrEqual(90)
  }
})

test("each step of the day has a demo with its own command", () => {
  const steps = parts.filter(({ name }) => name.startsWith("Step"))
  expect(steps.length).toBeGreaterThan(0)
  for (const { name, moments } of steps) {
    const number = name.replace("Step ", "")
    expect(moments[0]?.what).toBe("Demo")
    expect(moments[0]?.command, name).toMatch(
      new RegExp(`npm run step ${number}$`),
    )
  }
})

test("every command of the day exists", () => {
  const pages = readPages(root)
  const lessons = pages.filter(({ step }) => step !== undefined)
  const sheet = new Page("sheet.md", `\`\`\`sh\n${typed.join("\n")}\n\`\`\`\n`)
  expect([...commands({ root, pages: [sheet], lessons })]).toEqual([])
})

test("the page about the day has the same commands for single tasks", () => {
  const path = join(root, "docs/instructor/day.md")
  const page = readFileSync(path, "utf8")
  const single = typed.filter((command) => command.includes("--task"))
  expect(single.length).toBeGreaterThan(0)
  for (const command of single) expect(page).toContain(`\n${command}\n`)
})

/** @param clock like "13:05" */
function minutesOf(clock: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = clock
    .split(":")
    .map(Number)
  return hours * 60 + minutes
}

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { tasksOf } from "../../workbook/course/lesson.ts"
import { root } from "../../workbook/folders.ts"
import { listSteps } from "../../workbook/steps.ts"
import { htmlOf, siteFolder } from "./built-site.ts"
import { textOf } from "./text-of.ts"

const steps = listSteps()

describe.each(steps)("the lesson of $name", ({ name, number, minutes }) => {
  const html = htmlOf(`/steps/${name}.html`)

  test("begins with its place and its minutes", () => {
    const [above = ""] = html.split("<h1")
    const facts = `Step ${number} of ${steps.length} · ${minutes} minutes`
    expect(above).toContain(facts)
  })

  describe("has a card for each task, and no other", () => {
    const path = `docs/steps/${name}.md`
    const tasks = tasksOf(path, readFileSync(join(root, path), "utf8"))
    const cards = html.match(/<section class="task"[\s\S]*?<\/section>/g) ?? []

    test("in their order", () => {
      expect(cards.map((card) => /<h3 id="([^"]*)"/.exec(card)?.[1])).toEqual(
        tasks.map((task) => task.name),
      )
      expect(html.match(/class="task-place"/g)).toHaveLength(tasks.length)
    })

    test.each(tasks)("$name: file, command, hints, finished lines", (task) => {
      const card =
        cards.find((it) => it.includes(`<h3 id="${task.name}"`)) ?? ""
      const [place = ""] = /<p class="task-place">.*?<\/p>/.exec(card) ?? []
      expect(textOf(place)).toBe(
        `work/${task.solution?.split("#")[0]} ` +
          `npm run hint ${number} ${task.name}`,
      )
      const folds = card.match(/<summary>[^<]*|<\/details>/g)
      const [hint, end] = ["<summary>Hint ", "</details>"]
      expect(folds).toEqual([
        "<summary>Hints",
        ...[1, 2, 3].flatMap((it) => [hint + it, end]),
        end,
        "<summary>The finished lines",
        end,
      ])
    })
  })
})

test.each(steps)("no script of $name has its drawing", ({ name }) => {
  const html = htmlOf(`/steps/${name}.html`)
  const [, script = ""] = /href="([^"]*steps_[^"]*\.js)"/.exec(html) ?? []
  expect(script).toContain(name)
  expect(readFileSync(join(siteFolder, script), "utf8")).not.toContain(
    "marker-end",
  )
})

describe("a region of methods", () => {
  const html = htmlOf("/steps/04-groups.html")

  test("has the colours that it has in its class", () => {
    const [, below = ""] = html.split('<h3 id="a-consumer-with-a-channel"')
    const [code = ""] = /<pre[\s\S]*?<\/pre>/.exec(below) ?? []
    const keyword = colourOf(code, "await")
    expect(keyword).toBeDefined()
    for (const word of ["override", "async"]) {
      expect(colourOf(code, word), word).toBe(keyword)
    }
  })

  test("shows no line that stands above it in its file", () => {
    expect(textOf(html)).toContain(
      "its channel is closed and leaves all groups",
    )
    expect(textOf(html)).not.toContain("abstract class GroupConsumer")
  })
})

describe("what has changed since an earlier step", () => {
  const html = htmlOf("/steps/05-redis.html")
  const [, below = ""] = html.split("04-groups → 05-redis/chat-consumer.ts")
  const [code = ""] = /<pre[\s\S]*?<\/pre>/.exec(below) ?? []
  const lines = code.split("\n")

  test("has the lines of both files, marked as removed and added", () => {
    const removed = lines.find((line) => line.includes('diff remove"'))
    const added = lines.find((line) => line.includes('diff add"'))
    expect(textOf(removed ?? "")).toContain("the sender included")
    expect(textOf(added ?? "")).toContain("publish")
  })

  test("leaves out imports that only have another path", () => {
    const removed = lines.filter((line) => line.includes('diff remove"'))
    expect(removed.map(textOf).join("\n")).not.toContain("import")
    expect(textOf(code)).toMatch(/\d lines are the same/)
  })
})

describe("a command in a text", () => {
  test("stays in one line if a phone's holds it", () => {
    const html = htmlOf("/reference/commands.html")
    expect(html).toMatch(/<code class="whole"[^>]*>npm run doctor<\/code>/)
  })
})

/** @returns the style of the span that begins with a word */
function colourOf(code: string, word: string): string | undefined {
  return new RegExp(`<span style="([^"]*)">\\s*${word}\\b`).exec(code)?.[1]
}

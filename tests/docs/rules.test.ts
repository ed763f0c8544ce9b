import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { signed } from "../../workbook/site/drawing/drawings.ts"
import { Page } from "../../workbook/site/page.ts"
import { codeTour } from "../../workbook/site/rules/code-tour.ts"
import { checkPages } from "../../workbook/site/rules.ts"
import { shownChanges } from "../../workbook/site/shown-changes.ts"
import { shownCode } from "../../workbook/site/shown-code.ts"

const page = "docs/steps/01-sum.md"
const code = "steps/01-sum/sum.ts"
const svg = "docs/diagrams/01-sum.svg"
const diagram = "flowchart LR\n  one --> sum"

type Change = readonly [file: string, find: string | RegExp, by: string]

/** A copy of a small course that follows all rules, with a mistake.
 * @returns its root */
async function courseWith(...changes: Change[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "workbook-lesson-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(join(root, "tests/fixtures/lesson"), folder, { recursive: true })
  const words: Change = [page, "MANY WORDS", "word ".repeat(700)]
  for (const [file, find, by] of [words, ...changes]) {
    const path = join(folder, file)
    const text = await readFile(path, "utf8")
    const changed = text.replace(find, () => by)
    expect(changed, `${find} in ${file}`).not.toBe(text)
    await writeFile(path, changed)
  }
  await mkdir(join(folder, "docs/diagrams"))
  const drawing = '<svg width="100" height="300"></svg>'
  await writeFile(join(folder, svg), signed(drawing, diagram))
  return folder
}

test("a lesson that follows the rules passes", async () => {
  expect(checkPages(await courseWith())).toEqual([])
})

test("a lesson can have a section about the rest of its step", async () => {
  const after = "## What Channels users trip over here"
  const also = "## Also here\n\n- `01-sum/sum.ts`: it prints.\n\n"
  const site = await courseWith([page, after, also + after])
  expect(checkPages(site)).toEqual([])
})

describe("a page is refused for", () => {
  test.each<[what: string, ...change: Change, sentence: string | RegExp]>([
    [
      "missing front matter",
      page,
      "minutes: 1\n",
      "",
      'docs/steps/01-sum.md:1: the front matter lacks "minutes"',
    ],
    [
      "a lack of a description",
      "docs/index.md",
      /description: .*\n/,
      "",
      'docs/index.md:1: the front matter lacks "description"',
    ],
    [
      "a short description",
      "docs/index.md",
      "A course of one step, for the",
      "The",
      "the description has 35 characters: make it 50 to 160",
    ],
    [
      "a long goal",
      page,
      "Two numbers become one,",
      "Two numbers become one, ".repeat(6),
      "the goal has 174 characters: make it 50 to 160",
    ],
    [
      "the description of another page",
      "docs/index.md",
      /description: .*/,
      "description: Two numbers become one, by a function that adds them.",
      "docs/steps/01-sum.md:1: docs/index.md has the same goal",
    ],
    [
      "a missing section",
      page,
      "## Code tour\n",
      "",
      'the section "## Code tour" is missing',
    ],
    [
      "a section that no lesson has",
      page,
      "## Code tour",
      "## The talk",
      /:\d+: "## The talk" is no section of a lesson/,
    ],
    [
      "sections in another order",
      page,
      /(## What you will be able to do\n)/,
      "## The idea\n\n## What you will be able to do\n\n",
      '"## What you will be able to do" comes too late, or twice',
    ],
    [
      "a section about the rest of the step that comes too early",
      page,
      "## Predict",
      "## Also here\n\nNothing.\n\n## Predict",
      /:\d+: "## Predict" comes too late/,
    ],
    [
      "a component that ends a paragraph in its middle",
      page,
      "What is one and one?",
      "What is one and one? It takes\n<Minutes /> minutes.",
      "<Minutes begins a line within a paragraph",
    ],
    [
      "a missing diagram",
      page,
      /```mermaid[^`]*```\n/,
      "",
      '"## The idea" needs 1 Mermaid diagram, and has 0',
    ],
    [
      "a diagram that has changed since it was drawn",
      page,
      "one --> sum",
      "two --> sum",
      `:34: ${svg} is not a drawing of this diagram: run ` +
        '"npm run docs:check -- --draw"',
    ],
    [
      "a drawing of no diagram",
      page,
      /```mermaid[^`]*```\n/,
      "",
      `${svg} belongs to no diagram`,
    ],
    [
      "a component in another section",
      page,
      "<MessagePath />\n\n## Rules that always hold",
      "## Rules that always hold\n\n<MessagePath />",
      'a <MessagePath /> belongs under "## The idea"',
    ],
    [
      "a missing console",
      page,
      '<LiveConsole path="/" />',
      "",
      '"## See it first" needs 1 to 2 <LiveConsole /> or picture, and has 0',
    ],
    [
      "a long intro",
      page,
      "It adds what it gets.",
      "word ".repeat(61),
      /:14: there are 61 words before "## See it first": make it at most 60/,
    ],
    [
      "a first command that is not the step's",
      page,
      "npm run step 1 -- --trace",
      "npm run learn 1",
      '"## See it first" needs one fence with sh, whose first line is ' +
        '"npm run step 1 -- --trace"',
    ],
    [
      "two starts",
      page,
      '<LiveConsole path="/" />',
      '<LiveConsole path="/" />\n\n```sh\nnpm run learn 1\n```',
      '"## See it first" needs one fence with sh',
    ],
    [
      "a long excerpt",
      "steps/01-sum/main.ts",
      /$/,
      "\n// more".repeat(24),
      /:\d+: these are 28 lines, .* has at most 25: show a region, or fold it/,
    ],
    [
      "a long excerpt in a fold",
      code,
      "// #endregion all",
      `${"// more\n".repeat(56)}// #endregion all`,
      /:\d+: these are 61 lines, .* fold .* at most 60: show a region$/m,
    ],
    [
      "a question without an answer",
      page,
      "::: details Answer\nTwo.\n:::\n",
      "",
      '"## Predict" needs 1 to 2 "::: details Answer", and has 0',
    ],
    [
      "too few questions",
      page,
      "::: details Answer\nA good answer says two.\n:::\n",
      "",
      '"## Check yourself" needs 3 to 5 "::: details Answer", and has 2',
    ],
    [
      "an answer that does not say what a good answer is",
      page,
      "A good answer says two.",
      "Two.",
      'begins with "A good answer says"',
    ],
    ["a long text", page, "- Add.", "a ".repeat(301), /has \d{4} words/],
    ["a short text", page, /(word ){200}/, "", "make it 600 to 1000"],
    [
      "code that was typed",
      page,
      "- Add.",
      "```ts\nlet sum = 1\n```",
      "code in ts is typed here",
    ],
    [
      "output that was typed",
      "docs/index.md",
      /$/,
      "\n```\nListening\n```\n",
      "docs/index.md:10: a fence without a language is typed here",
    ],
    [
      "a file that does not exist",
      page,
      "main.ts [TypeScript]",
      "man.ts [TypeScript]",
      "There is no file steps/01-sum/man.ts to show",
    ],
    [
      "a region that does not exist",
      page,
      "01-sum.py#sum",
      "01-sum.py#total",
      "docs/python/01-sum.py: there is no region total",
    ],
    [
      "a comparison with a file that does not exist",
      page,
      "## Predict\n",
      "<<< ../../steps/00-one/sum.ts -> ../../steps/01-sum/sum.ts\n\n## Predict\n",
      /:\d+: There is no file steps\/00-one\/sum\.ts to compare with/,
    ],
    [
      "a comparison of a file that does not exist",
      page,
      "## Predict\n",
      "<<< ../../steps/01-sum/sum.ts -> ../../steps/01-sum/add.ts\n\n## Predict\n",
      /:\d+: There is no file steps\/01-sum\/add\.ts to show/,
    ],
    [
      "a comparison that would give a task away",
      page,
      "## Predict\n",
      "<<< ../../steps/01-sum/sum.ts -> ../../steps/01-sum/main.ts\n\n## Predict\n",
      /:\d+: steps\/01-sum\/sum\.ts does not belong to an earlier step/,
    ],
    [
      "giving a task away",
      page,
      "## Predict\n",
      "<<< ../../steps/01-sum/sum.ts#sum\n\n## Predict\n",
      /:\d+: sum is a task, and its lines are for "Your turn"/,
    ],
    [
      "a region that no page shows",
      code,
      "// #region all\n",
      "// #region more\n// #endregion more\n// #region all\n",
      "no page shows the region more",
    ],
    [
      "a link to no page",
      page,
      "../index.md",
      "../begin.md",
      "there is no page ../begin.md",
    ],
    [
      "a link to no heading",
      "docs/index.md",
      "#your-turn",
      "#my-turn",
      "docs/steps/01-sum.md has no heading #my-turn: it has ",
    ],
    [
      "the name of a file that does not exist",
      "docs/index.md",
      "learn 1",
      "learn 1` lays out `01-sum/more.ts",
      "docs/index.md:8: there is no file steps/01-sum/more.ts",
    ],
    [
      "the name of a region that does not exist",
      "docs/index.md",
      "learn 1",
      "learn 1`: `01-sum/sum.ts`, region `total",
      "docs/index.md:8: steps/01-sum/sum.ts has no region total",
    ],
    [
      "a command that does not exist",
      "docs/index.md",
      "learn 1",
      "lern 1",
      'docs/index.md:8: there is no command "npm run lern"',
    ],
    [
      "an option that does not exist",
      page,
      "npm run step 1",
      "npm run step 1 -- --tracing",
      'npm run step does not know "--tracing"',
    ],
    [
      "a word that a command does not take",
      page,
      "npm run step 1",
      "npm run docs:check 1",
      'npm run docs:check does not know "1"',
    ],
    [
      "a setting that nothing reads",
      page,
      "TRACE=1",
      "TRACING=1",
      "nothing reads the setting TRACING",
    ],
    [
      "a break of no line",
      page,
      "remove: console.log",
      "remove: console.warn",
      '"console.warn" is in 0 lines of steps/01-sum/sum.ts',
    ],
    [
      "a break in a task",
      page,
      "remove: console.log",
      "remove: one + other",
      "the line is in the task sum",
    ],
    [
      "a stage that does not run",
      "docs/.vitepress/paths/01-sum.yaml",
      "01-sum/sum.ts",
      "01-sum/idle.ts",
      "steps/01-sum/idle.ts (sum) is not imported",
    ],
    [
      "a stage that is only a type",
      "steps/01-sum/main.ts",
      "import { sum }",
      "import type { sum }",
      "steps/01-sum/sum.ts (sum) is not imported",
    ],
    [
      "Python that cannot be parsed",
      "docs/python/01-sum.py",
      "return one",
      "return return one",
      /docs\/python: .*SyntaxError/s,
    ],
    [
      "Python in a folder that cannot be parsed",
      "docs/python/site/total.py",
      "return one",
      "return return one",
      /docs\/python: .*SyntaxError/s,
    ],
  ])("%s", async (_what, file, find, by, sentence) => {
    const problems = checkPages(await courseWith([file, find, by]))
    expect(problems.join("\n")).toMatch(sentence)
  })
})

test("a drawing is not higher than half a screen", async () => {
  const folder = await courseWith()
  const problems = async (size: string) => {
    const drawing = `<svg ${size}></svg>`
    await writeFile(join(folder, svg), signed(drawing, diagram))
    return checkPages(folder)
  }
  expect(await problems('width="1376" height="840"')).toEqual([])
  expect(await problems('width="1376" height="842"')).toEqual([
    `${page}:34: the drawing is 421 px high, at most 420: use fewer boxes or ` +
      "arrows",
  ])
})

test("a code tour compares a file with that of an earlier step", async () => {
  const folder = await courseWith()
  const earlier = join(folder, "steps/00-one/main.ts")
  await mkdir(dirname(earlier))
  await writeFile(earlier, "begin()\n")
  const first = new Page("steps/00-one.md", "# One\n")
  const tour = (line: string) => {
    const text = `# Sum\n\n## Code tour\n\n${line}\n`
    const lessons = [first, new Page("steps/01-sum.md", text)]
    return [...codeTour({ root: folder, pages: lessons, lessons })]
  }
  const shown = "<<< ../../steps/01-sum/main.ts"
  const compared =
    "<<< ../../steps/00-one/main.ts -> ../../steps/01-sum/main.ts"
  expect(tour(shown)).toEqual([
    "docs/steps/01-sum.md:5: steps/00-one has this file as well: show what " +
      `has changed, by "${compared}", or fold it`,
  ])
  expect(tour(compared)).toEqual([])
  expect(tour(`::: details The whole of main.ts\n${shown}\n:::`)).toEqual([])
  await writeFile(earlier, "begin()\n".repeat(23))
  expect(tour(compared).join()).toContain("these are 26 lines")
})

describe("a page shows", () => {
  test("a hole where a learner is to write", async () => {
    const folder = await courseWith()
    for (const region of [undefined, "all"]) {
      expect(shownCode(folder, join(folder, code), region)).toBe(
        "export function sum(one: number, other: number): number {\n" +
          '  console.log("adding")\n' +
          '  // Add\n  todo("01-sum/sum")\n' +
          "}",
      )
    }
  })

  test("the lines of a task by its own name", async () => {
    const folder = await courseWith()
    const shown = shownCode(folder, join(folder, code), "sum")
    expect(shown).toBe("return one + other")
  })

  test("what has changed since an earlier step, with holes", async () => {
    const folder = await courseWith()
    const earlier = join(folder, "steps/00-one/sum.ts")
    await mkdir(dirname(earlier))
    const [kept, moved] = ["// kept\n".repeat(4), "../00-one/zero.ts"]
    await writeFile(
      earlier,
      `import { zero } from "./zero.ts"\n${kept}return one\n`,
    )
    await writeFile(
      join(folder, code),
      `import { zero } from "${moved}"\n${kept}` +
        "// #region sum\nreturn one + other\n// #endregion sum\n",
    )
    const changes = shownChanges(folder, earlier, join(folder, code))
    const all = changes.code.split("\n")
    const lines = changes.lines.map((line) => {
      return line.kind === "gap" ? line : [line.kind, all[line.index]]
    })
    expect(lines).toEqual([
      { kind: "gap", count: 3 },
      ["same", "// kept"],
      ["same", "// kept"],
      ["removed", "return one"],
      ["added", "// Add"],
      ["added", 'todo("01-sum/sum")'],
    ])
  })

  test.each<[what: string, before: string, shown: object[], indent: number]>([
    [
      "compared with the region of that name",
      "new\n// #region rest\nold\n  same\n// #endregion rest\n",
      [
        ["removed", "old"],
        ["added", "  new"],
        ["same", "  same"],
      ],
      0,
    ],
    [
      "or with the whole file that has no such region",
      "zero\nfirst\n  old\n  same\nlast\nmore\n",
      [
        ["removed", "  old"],
        ["added", "  new"],
        ["same", "  same"],
      ],
      2,
    ],
  ])("what has changed in a region, %s", async (_what, text, shown, indent) => {
    const folder = await courseWith()
    const later = join(folder, "steps/01-sum/main.ts")
    const region = "  // #region rest\n  new\n  same\n  // #endregion rest"
    await writeFile(later, `first\n${region}\nlast\n`)
    const earlier = join(folder, "steps/00-one/main.ts")
    await mkdir(dirname(earlier))
    await writeFile(earlier, text)
    const changes = shownChanges(folder, earlier, later, "rest")
    const all = changes.code.split("\n")
    const lines = changes.lines.map((line) => {
      return line.kind === "gap" ? line : [line.kind, all[line.index]]
    })
    expect(lines).toEqual(shown)
    expect(changes.indent).toBe(indent)
  })

  test("no difference where there is none", async () => {
    const folder = await courseWith()
    const later = join(folder, "steps/01-sum/main.ts")
    const earlier = join(folder, "steps/00-one/main.ts")
    await mkdir(dirname(earlier))
    for (const path of [earlier, later]) await writeFile(path, "same()\n")
    expect(() => shownChanges(folder, earlier, later)).toThrow(
      "Nothing has changed from steps/00-one/main.ts to steps/01-sum/main.ts",
    )
  })

  test("Python without the lines that mark regions", async () => {
    const folder = await courseWith()
    const path = join(folder, "docs/python/01-sum.py")
    const shown = "def total(one, other):\n    return one + other"
    expect(shownCode(folder, path, "sum")).toBe(shown)
    expect(shownCode(folder, path, undefined)).toBe(shown)
  })
})

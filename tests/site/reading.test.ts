import type { Locator, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { readMessagePaths } from "../../workbook/site/message-paths.ts"
import { listSteps } from "../../workbook/steps.ts"
import { htmlOf, paths, useSite } from "./built-site.ts"
import { textOf } from "./text-of.ts"

const open = useSite()
const groups = "/steps/04-groups.html"

describe("a reader", () => {
  test("finds every page by a word of its title", async () => {
    const { page, complaints } = await open("/index.html")
    await page.keyboard.press("Control+k")
    for (const path of paths) {
      const [, title = ""] = /<h1[^>]*>(.*?)<\/h1>/s.exec(htmlOf(path)) ?? []
      await page.fill("#localsearch-input", textOf(title))
      const target = path.replace(/index\.html$/, "").replace(".html", "")
      const links = [target, `${target}.html`].map((it) => {
        return `.VPLocalSearchBox a[href^="${it}#"], .VPLocalSearchBox a[href="${it}"]`
      })
      await page.locator(links.join(", ")).first().waitFor()
    }
    expect(complaints).toEqual([])
  })

  test("unfolds a hint by keyboard", async () => {
    const { page } = await open(groups)
    const hints = page.locator(".task details.hints").first()
    await hints.getByText("Hints").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await hints.getByText("What does a map return").waitFor()
    expect(await hints.locator("details[open]").count()).toBe(1)
  })

  test.each(paths)("reaches everything on %s with Tab", async (path) => {
    const { page } = await open(path)
    expect(await notReachedByTab(page)).toEqual([])
  })

  test("copies code, and nothing but code", async () => {
    const { page } = await open(groups, {
      permissions: ["clipboard-read", "clipboard-write"],
    })
    const block = page.locator(".language-sh").first()
    await block.hover()
    await block.locator("button.copy").click()
    const [code, copied] = [
      await block.locator("pre").innerText(),
      await page.evaluate(() => navigator.clipboard.readText()),
    ]
    expect(copied.trim()).toBe(code.trim())
    expect(copied).toMatch(/^(TRACE=1 )?npm /)
  })

  test("copies a command of a sentence, and of a task", async () => {
    const { page } = await open(groups, {
      permissions: ["clipboard-read", "clipboard-write"],
    })
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    const card = page.locator(".task").first()
    await card.getByRole("button").press("Enter")
    await card.locator(".copied").waitFor()
    expect(await copied()).toBe("npm run hint 4 group-add")
    const inSentence = page.locator(".break-it .command")
    await inSentence.hover()
    await inSentence.locator("button").click()
    await inSentence.locator(".copied").waitFor()
    expect(await copied()).toBe("npm run check 4")
  })

  test("ticks a step, and finds the tick among the steps", async () => {
    const { page, url } = await open(groups)
    await page.getByLabel("I have done this step").check()
    await page.goto(`${url}/index.html`)
    await page
      .locator("tr", { hasText: "4. Groups" })
      .getByTitle("done")
      .waitFor()
    expect(await page.getByTitle("done").count()).toBe(1)
  })

  test("has everything even without scripts", async () => {
    const { page } = await open(groups, { javaScriptEnabled: false })
    const path = page.locator(".message-path")
    expect(await path.locator("dd").first().isVisible()).toBe(true)
    await path.getByText("The whole path").click()
    expect(await path.locator(".text").first().isVisible()).toBe(true)
    expect(await path.getByRole("button").count()).toBe(0)
    const name = "Diagram; its text follows"
    const drawing = page.getByRole("figure", { name }).locator("svg")
    expect(await drawing.isVisible()).toBe(true)
    expect(await drawing.textContent()).toContain("chat_lobby")
    await page.getByText("The diagram as text").click()
    expect(await page.locator("figure pre").innerText()).toContain("chat_lobby")
  })

  test("prints the tasks without hints, answers and navigation", async () => {
    const { page } = await open(groups)
    await page.emulateMedia({ media: "print" })
    expect(await page.locator("h3#group-add").isVisible()).toBe(true)
    const unwanted = page.locator("main details, nav, aside, .live-console")
    for (const element of await unwanted.all()) {
      expect(await element.isVisible()).toBe(false)
    }
    const path = page.locator(".message-path")
    expect(await path.locator("dd").last().isVisible()).toBe(true)
  })

  test("prints diagrams for paper from a dark page", async () => {
    const { page } = await open("/steps/05-redis.html", { colorScheme: "dark" })
    const diagram = page.locator("figure.diagram").first()
    const name = diagram.locator("tspan").first()
    const colour = () => name.evaluate((it) => getComputedStyle(it).fill)
    const onScreen = await colour()
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    await page.setViewportSize({ width: 680, height: 900 })
    expect(await colour()).not.toBe(onScreen)
    expect(await colour()).toBe("rgb(34, 34, 34)")
    const drawing = diagram.locator(".drawing")
    const hidden = await drawing.evaluate(
      (it) => it.scrollWidth - it.clientWidth,
    )
    expect(hidden).toBe(0)
  })

  test("prints whose code it is, in groups", async () => {
    const { page } = await open(groups)
    await page.emulateMedia({ media: "print" })
    const blocks = page.locator(".vp-code-group .blocks > div")
    const titles = await blocks.evaluateAll((all) => {
      return all.map((block) => getComputedStyle(block, "::before").content)
    })
    expect(titles).toEqual(['"TypeScript"', '"Channels"'])
  })

  test("sees where the keyboard is, also in fields", async () => {
    const { page } = await open(groups)
    const fields = page.locator("main input:not([type=radio])")
    for (const field of await fields.all()) {
      await field.focus()
      await page.keyboard.press("Shift+Tab")
      await page.keyboard.press("Tab")
      expect(await outlineOf(field)).toBe("solid")
    }
    const tab = page.locator(".vp-code-group input").first()
    await tab.focus()
    await page.keyboard.press("ArrowRight")
    const label = page.locator(".vp-code-group input:checked + label")
    expect(await outlineOf(label)).toBe("solid")
  })

  test("of an address that is not there is led to the steps", async () => {
    const { page } = await open("/404.html")
    await page.getByText("There is no such page").waitFor()
    const link = page.getByRole("link", { name: "To the steps" })
    expect(await link.getAttribute("href")).toBe("/#the-steps")
  })
})

describe("a reader who has chosen a tab", () => {
  const shown = (page: Page) => {
    const blocks = page.locator(".vp-code-group .blocks > .active")
    return blocks.evaluateAll((all) => {
      return all.map((block) => (block as HTMLElement).dataset.title)
    })
  }

  test("finds it on the next page, in all groups", async () => {
    const { page, url, complaints } = await open(groups)
    expect(await shown(page)).toEqual(["TypeScript"])
    await page.locator(".vp-code-group label").getByText("Channels").click()
    expect(await shown(page)).toEqual(["Channels"])
    for (const path of ["/steps/05-redis.html", groups]) {
      await page.goto(url + path)
      await page
        .locator('.vp-code-group .active[data-title="Channels"]')
        .first()
        .waitFor()
      expect(new Set(await shown(page))).toEqual(new Set(["Channels"]))
    }
    const tab = page.locator(".vp-code-group input").first()
    await page.locator(".vp-code-group input:checked").focus()
    await page.keyboard.press("ArrowLeft")
    await tab.and(page.locator(":checked")).waitFor()
    await page.goto(`${url}/steps/05-redis.html`)
    expect(new Set(await shown(page))).toEqual(new Set(["TypeScript"]))
    expect(complaints).toEqual([])
  })
})

describe("the path of a message", () => {
  test.each(listSteps())("goes through all stages of $name", async (step) => {
    const { page, complaints } = await open(`/steps/${step.name}.html`)
    const path = page.getByRole("region", { name: "The path of a message" })
    await path.getByText("The whole path").click()
    const stages = path.locator("li.stage")
    const count = await stages.count()
    expect(count).toBeGreaterThan(5)
    await stages.first().getByRole("button").focus()
    for (let stage = 2; stage <= count; stage++) {
      await page.keyboard.press("ArrowDown")
      await path.getByText(`Stage ${stage} of ${count}: `).waitFor()
      await stages
        .nth(stage - 1)
        .and(page.locator(".current"))
        .waitFor()
    }
    await path.getByRole("button", { name: "Previous stage" }).press("Enter")
    await path.getByText(`Stage ${count - 1} of ${count}: `).waitFor()
    await path.getByRole("button", { name: "Next stage" }).press("Enter")
    await path.getByText(`Stage ${count} of ${count}: `).waitFor()
    expect(complaints).toEqual([])
  })
})

describe("the path of a message shows first what is new in", () => {
  test.each(listSteps())("$name, in little room", async ({ name }) => {
    const { page } = await open(`/steps/${name}.html`)
    const path = page.getByRole("region", { name: "The path of a message" })
    const all = readMessagePaths(root)[name] ?? []
    const texts = all.filter(({ isNew }) => isNew).map(({ text }) => text)
    expect(await path.locator("dd").allInnerTexts()).toEqual(texts)
    const height = await path.evaluate((it) => it.clientHeight)
    expect(height).toBeLessThanOrEqual(350)
    expect(await path.getByRole("button").count()).toBe(0)
  })
})

describe("the buttons of a path", () => {
  test.each([1280, 360])("stay where they are at %i px", async (width) => {
    const { page } = await open(groups)
    await page.setViewportSize({ width, height: 900 })
    const path = page.getByRole("region", { name: "The path of a message" })
    await path.getByText("The whole path").click()
    const next = path.getByRole("button", { name: "Next stage" })
    const count = await path.locator("li.stage").count()
    const before = await placeOf(next)
    for (let stage = 2; stage <= count; stage++) {
      await next.press("Enter")
      await path.getByText(`Stage ${stage} of ${count}: `).waitFor()
      expect(await placeOf(next)).toEqual(before)
    }
  })
})

/** @returns where a button is in its panel, whose lower end is the fixed one on
 * a phone */
function placeOf(button: Locator): Promise<{ top: number; bottom: number }> {
  return button.evaluate((it) => {
    const own = it.getBoundingClientRect()
    const panel = it.closest(".panel")?.getBoundingClientRect() ?? own
    return { top: own.top - panel.top, bottom: panel.bottom - own.top }
  })
}

function outlineOf(element: Locator): Promise<string> {
  return element.evaluate((it) => getComputedStyle(it).outlineStyle)
}

/** What one can click in the page's main part, but not reach. */
async function notReachedByTab(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      "main a[href], main button, main summary, main input",
    )
    const wanted = [...all].filter((element) => {
      // Of radio buttons, and of a path's stages, arrows reach the others.
      const isOneOfMany = element.matches('[type="radio"], [tabindex="-1"]')
      return element.checkVisibility() && !isOneOfMany
    })
    for (const element of wanted) element.dataset.wanted = "true"
    const main = document.querySelector("main")
    main?.setAttribute("tabindex", "-1")
    main?.focus()
    return wanted.length
  })
  // Scrolling areas take a Tab as well.
  for (let press = 0; press < count * 2; press++) {
    await page.keyboard.press("Tab")
    const isInside = await page.evaluate(() => {
      const active = document.activeElement as HTMLElement
      delete active.dataset.wanted
      return active.closest("main") !== null
    })
    if (!isInside) break
  }
  return page.evaluate(() => {
    const left = document.querySelectorAll("[data-wanted]")
    return [...left].map(({ outerHTML }) => outerHTML.slice(0, 120))
  })
}

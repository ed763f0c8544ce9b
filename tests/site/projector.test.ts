import { join } from "node:path"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { listSteps } from "../../workbook/steps.ts"
import { htmlOf, useSite } from "./built-site.ts"

interface Axe {
  run(
    context: string,
    options: object,
  ): Promise<{ readonly violations: readonly { readonly id: string }[] }>
}

const axe = join(root, "node_modules/axe-core/axe.min.js")
const groups = "/steps/04-groups.html"
const screens = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
]

const open = useSite()

describe("the projector view", () => {
  test.each(listSteps())(
    "shows the diagram, the prediction and the rules of $name, each whole",
    { timeout: 60_000 },
    async ({ name, number, title, goal }) => {
      const { page, complaints } = await open(`/steps/${name}.html`)
      const rules = await textsBelow(page, "rules-that-always-hold", "li")
      const [question = ""] = await textsBelow(page, "predict", "p")
      await drawDiagram(page)
      await page.keyboard.press("p")
      const view = page.getByRole("dialog")
      await view.getByRole("heading", { name: `${number}. ${title}` }).waitFor()
      await view.getByText(goal).waitFor()
      await view.locator("svg").waitFor()
      await fitsOnScreens(page)
      await page.keyboard.press("ArrowRight")
      await view.getByRole("heading", { name: "Predict" }).waitFor()
      await view.getByText(question).waitFor()
      await fitsOnScreens(page)
      await page.keyboard.press("ArrowRight")
      await view.getByRole("heading", { name: "Rules" }).waitFor()
      expect(await view.locator("li").allInnerTexts()).toEqual(rules)
      await fitsOnScreens(page)
      expect(complaints).toEqual([])
    },
  )

  test("opens with its button, which names the key, and returns the focus", async () => {
    const { page } = await open(groups)
    const button = page.getByRole("button", { name: "Projector view" })
    expect(await button.innerText()).toMatch(/\bP$/)
    await button.press("Enter")
    const view = page.getByRole("dialog")
    await view.waitFor()
    await page.keyboard.press("Escape")
    await view.waitFor({ state: "hidden" })
    expect(await button.evaluate((it) => it === document.activeElement)).toBe(
      true,
    )
  })

  test("stays closed while a reader types, and for keys of the browser", async () => {
    const { page } = await open(groups)
    const field = page.locator("main input[type=text], main textarea").first()
    await field.fill("")
    await field.press("p")
    expect(await field.inputValue()).toBe("p")
    await field.blur()
    await page.evaluate(() => {
      const key = { key: "p", ctrlKey: true, bubbles: true, cancelable: true }
      document.body.dispatchEvent(new KeyboardEvent("keydown", key))
    })
    expect(await page.getByRole("dialog").count()).toBe(0)
    await page.keyboard.press("p")
    await page.getByRole("dialog").waitFor()
  })

  test("goes on and back with keys and buttons, and stops at both ends", async () => {
    const { page } = await open(groups)
    await page.keyboard.press("p")
    const view = page.getByRole("dialog")
    await view.getByText("1 of 3").waitFor()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("PageDown")
    await view.getByText("2 of 3").waitFor()
    await view.getByRole("button", { name: "Next" }).press("Enter")
    await view.getByText("3 of 3").waitFor()
    await page.keyboard.press("ArrowRight")
    await view.getByRole("button", { name: "Previous" }).press("Enter")
    await view.getByText("2 of 3").waitFor()
  })

  test("unfolds the answer after the vote, and folds it for the next one", async () => {
    const { page } = await open(groups)
    await page.keyboard.press("p")
    await page.keyboard.press("ArrowRight")
    const view = page.getByRole("dialog")
    const answer = view.getByText("Bob's consumer has nothing else to do.")
    expect(await answer.isVisible()).toBe(false)
    await view.getByText("Answer", { exact: true }).press("Enter")
    await answer.waitFor()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.keyboard.press("ArrowRight")
    await view.getByRole("heading", { name: "Predict" }).waitFor()
    expect(await answer.isVisible()).toBe(false)
  })

  test("can be kept from opening with the key", async () => {
    const { page } = await open(groups)
    await page.keyboard.press("p")
    await page.getByLabel("Open with the key P").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    const button = page.getByRole("button", { name: "Projector view" })
    await button.filter({ hasNotText: /\bP$/ }).waitFor()
    await page.keyboard.press("p")
    expect(await page.getByRole("dialog").count()).toBe(0)
    await button.press("Enter")
    await page.getByLabel("Open with the key P").check()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.getByRole("dialog").waitFor()
  })

  test.each([1280, 320])(
    "has no accessibility violation at %i px",
    { timeout: 60_000 },
    async (width) => {
      const { page } = await open(groups)
      await page.setViewportSize({ width, height: 720 })
      await drawDiagram(page)
      await page.addStyleTag({ content: "* { transition: none !important }" })
      await page.addScriptTag({ path: axe })
      await page.keyboard.press("p")
      for (const place of ["1 of 3", "2 of 3", "3 of 3"]) {
        await page.getByRole("dialog").getByText(place).waitFor()
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme })
          await page.waitForFunction((isDark) => {
            return document.documentElement.matches(".dark") === isDark
          }, colorScheme === "dark")
          const what = `${place}, ${colorScheme}`
          expect(await violationsInView(page), what).toEqual([])
        }
        await page.keyboard.press("ArrowRight")
      }
    },
  )
})

describe("the lesson of a step", () => {
  test.each(listSteps())("leads to the page on teaching $name", ({ name }) => {
    const html = htmlOf(`/steps/${name}.html`)
    const [, href = ""] =
      /<a[^>]*href="([^"]*)"[^>]*>\s*Teaching this step/.exec(html) ?? []
    expect(href).toBe(`/instructor/steps/${name}`)
    expect(htmlOf(`${href}.html`)).toContain(`href="/steps/${name}.html"`)
  })
})

/** A diagram that is drawn late is drawn when the reader scrolls near it. */
async function drawDiagram(page: Page): Promise<void> {
  const figure = page.locator("main figure.diagram").first()
  await figure.scrollIntoViewIfNeeded()
  await figure.locator("svg").first().waitFor()
}

/** @returns the text of a section's elements, up to the next section */
function textsBelow(
  page: Page,
  heading: string,
  element: string,
): Promise<string[]> {
  const own = `h2#${heading} ~ :not(h2#${heading} ~ h2 ~ *)`
  return page
    .locator(`${own}:is(${element}), :is(${own}) ${element}`)
    .allInnerTexts()
}

/** The slide is seen whole on each screen, in type of at least 22 px. */
async function fitsOnScreens(page: Page): Promise<void> {
  for (const size of screens) {
    await page.setViewportSize(size)
    const { hidden, smallest } = await measure(page)
    const what = `${size.width} × ${size.height}`
    expect(hidden, what).toBe(0)
    expect(smallest, what).toBeGreaterThanOrEqual(22)
  }
}

/** @returns by how many pixels the slide is too tall or too wide, and how small
 * its smallest type is */
function measure(page: Page): Promise<{ hidden: number; smallest: number }> {
  return page.locator(".projector .stage").evaluate(async (stage) => {
    // A frame begins with the events of a new size.
    await new Promise(requestAnimationFrame)
    const tall = stage.scrollHeight - stage.clientHeight
    const wide = stage.scrollWidth - stage.clientWidth
    const texts = [...stage.querySelectorAll(":is(h2, p, li):not(svg *)")]
    const sizes = texts
      .filter((it) => it.checkVisibility())
      .map((it) => Number.parseFloat(getComputedStyle(it).fontSize))
    return { hidden: Math.max(tall, wide, 0), smallest: Math.min(...sizes) }
  })
}

function violationsInView(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const options = { resultTypes: ["violations"] }
    const { violations } = await axe.run("dialog", options)
    return violations.map(({ id }) => id)
  })
}

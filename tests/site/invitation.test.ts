import { expect, test } from "vitest"
import { useSite } from "./built-site.ts"

const open = useSite()

test("a mail is copied as plain text, with its lists and commands", async () => {
  const { page, complaints } = await open("/instructor/invitation.html", {
    permissions: ["clipboard-read", "clipboard-write"],
  })
  const buttons = page.getByRole("button", { name: "Copy the text" })
  await buttons.first().click()
  await page.getByText("Copied.").waitFor()
  const invitation = await copied()
  expect(invitation).toMatch(/^Hello,\n\nOn DATE /)
  expect(invitation).toContain("\n- Node 20.19 or newer, from https://nodejs")
  expect(invitation).toContain("\n\nnpm ci\nnpm run doctor -- --classroom\n\n")
  await buttons.last().click()
  await page.getByText("Copied.").last().waitFor()
  expect(await copied()).toMatch(/\n1\. Which step .*\n2\. Where /)
  expect(complaints).toEqual([])

  function copied(): Promise<string> {
    return page.evaluate(() => navigator.clipboard.readText())
  }
})

import { describe, expect, test } from "vitest"
import { Command } from "../support/command.ts"

describe("npm run docs", () => {
  test("serves the pages, and Ctrl-C leaves no process", async () => {
    const command = new Command("npm run docs 0")
    const [, url] = await command.printed(/Local:\s+(http:\/\/localhost:\d+\/)/)
    const answer = await fetch(`${url}steps/01-echo.html`)
    expect(answer.status).toBe(200)
    command.signal("SIGINT")
    await command.gone()
  })

  test.each<NodeJS.Signals>(["SIGTERM", "SIGHUP"])(
    "leaves no process when %s ends only its own process",
    async (signal) => {
      const command = new Command("exec node workbook/run.cjs docs 0")
      await command.printed(/Local:/)
      process.kill(command.pid, signal)
      await command.gone()
    },
  )

  test.each([
    ["docs eighty", '"eighty" is not a port: a port is a number from 0'],
    ["docs --host", "  npm run docs -- --host"],
    ["docs:check --rules", "  npm run docs:check -- --rules"],
  ])("%s says what is wrong", async (words, sentence) => {
    const { code, output } = await Command.run(`npm run ${words}`)
    expect(code).toBe(1)
    expect(output).toContain(sentence)
  })
})

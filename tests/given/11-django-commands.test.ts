import { expect, test } from "vitest"
import { Command } from "../support/command.ts"
import { withDjango } from "../support/with-django.ts"

const packages = "python3-django-channels python3-channels-redis daphne"
const apt = `sudo apt-get install ${packages}`
const pip = 'pip install "channels[daphne]" channels_redis'

/** It starts each server twice: 5 s, and more beside other checks. */
const patient = { timeout: 60_000 }

/** Without Django, and where nothing is installed for a check. */
const without = { DJANGO_PYTHON: "/nowhere" }

withDjango("npm run demo 11", () => {
  test(
    "shows what people on both servers see, with both layers",
    patient,
    async () => {
      const { code, output } = await Command.run("npm run demo 11")
      const seen = output.split("\n").filter((line) => / sees /.test(line))
      const once = [
        'Bob sees "ann: Hello from Django, é 😀".',
        'Ann sees "bob: Hello from here, é 😀".',
      ]
      expect(seen).toEqual([...once, ...once])
      expect(output).toContain("one room, one login.")
      expect(code).toBe(0)
    },
  )

  test(
    "-- --stay leaves both servers running until Ctrl-C",
    patient,
    async () => {
      const command = new Command("npm run demo 11 -- --stay")
      await command.printed(/Ctrl-C stops both/)
      const [, ...urls] =
        /Django: (\S+)\nHere: +(\S+)\n/.exec(command.output) ?? []
      expect(urls).toHaveLength(2)
      for (const url of urls) {
        const page = await fetch(url)
        expect(new URL(page.url).pathname).toBe("/accounts/login/")
        expect(await page.text()).toContain("<h1>Log in</h1>")
      }
      command.signal("SIGINT")
      await command.gone()
      for (const url of urls) await expect(fetch(url)).rejects.toThrow()
    },
  )
})

test("npm run demo 11 without Django says what to install", async () => {
  const { code, output } = await Command.run("npm run demo 11", without)
  expect(output).toContain(apt)
  expect(output).toContain(pip)
  expect(output).not.toMatch(/^ +at /m)
  expect(code).toBe(1)
})

test("npm run demo -- --stay is refused where nothing can stay", async () => {
  const { code, output } = await Command.run("npm run demo 5 -- --stay")
  expect(output).toContain("Only the demo of step 11 can stay.")
  expect(code).toBe(1)
})

test("npm run doctor names the packages for Django, and calls nothing missing", async () => {
  const env = { ...without, PORT: "0" }
  const { code, output } = await Command.run("npm run doctor", env)
  expect(output).toMatch(/– Django +not found +for npm run demo 11, optional/)
  expect(output).toContain(apt)
  expect(output).toContain("Everything is there.")
  expect(code).toBe(0)
})

withDjango("npm run doctor", () => {
  test("prints the versions of Django and Channels", async () => {
    const { output } = await Command.run("npm run doctor", { PORT: "0" })
    expect(output).toMatch(/✓ Django +Django \d[\d.]+, Channels \d/)
  })
})

test("npm test needs Django where CI is set, and nowhere else", async () => {
  const line = "npm test tests/seams/accounts"
  const inCI = await Command.run(line, { ...without, CI: "1" })
  expect(inCI.output).toContain(apt)
  expect(inCI.output).not.toContain("RUN")
  expect(inCI.code).toBe(1)
  const elsewhere = await Command.run(line, { ...without, CI: "" })
  expect(elsewhere.output).toContain("Not checked here: whether a Django")
  expect(elsewhere.output).toContain(apt)
  expect(elsewhere.code).toBe(0)
})

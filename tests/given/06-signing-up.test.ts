import { beforeAll, expect, test } from "vitest"
import { post, signUp } from "../support/accounts.ts"
import { load } from "../support/load.ts"
import { useServer } from "../support/servers.ts"

const server = useServer("06-accounts")
const password = "correct horse"

beforeAll(async () => {
  for (const name of ["taken", "straße", "ΟΔΟΣ"]) await signUp(server(), name)
})

const taken = "is taken"
const letters = "1 to 150 letters"

test.each([
  ["a taken name", { username: "taken", password }, taken],
  ["a taken name in capitals", { username: "TAKEN", password }, taken],
  ["a taken name with ß as SS", { username: "STRASSE", password }, taken],
  ["a taken name with a final sigma", { username: "Οδος", password }, taken],
  ["a taken name in wide letters", { username: "ｔａｋｅｎ", password }, taken],
  ["a taken name with a capital ß", { username: "STRAẞE", password }, taken],
  ["an invisible letter", { username: "taken\u3164", password }, letters],
  ["no name", { username: " ", password }, letters],
  ["a name with a space", { username: "a b", password }, letters],
  [
    "a short password",
    { username: "short", password: "1234567" },
    "at least 8",
  ],
  ["no fields", {}, letters],
])(
  "a sign-up with %s is refused with a sentence, and the form keeps the name",
  async (_what, fields, problem) => {
    const answer = await post(server(), "/signup/", fields)
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain(problem)
    const { username } = { username: "", ...fields }
    const shown = username.trim().normalize("NFKC")
    expect(html).toContain(`value="${shown}"`)
    expect(html).not.toContain(password)
  },
)

test("of several sign-ups at once with one username, one succeeds", async () => {
  const fields = { username: "race", password }
  const answers = await Promise.all(
    [1, 2, 3].map(() => post(server(), "/signup/", fields)),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.sort()).toEqual([303, 400, 400])
})

test("a sign-up leads back to the page that the visitor came from", async () => {
  const fields = { username: "from", password, next: "/chat/a%20b/?x=1" }
  const answer = await post(server(), "/signup/", fields)
  expect(answer.status).toBe(303)
  expect(answer.headers.get("location")).toBe("/chat/a%20b/?x=1")
})

test("the hash of a password does not contain it, and matches no other", async () => {
  const { hashPassword, verifyPassword } = await load<
    typeof import("../../steps/06-accounts/passwords.ts")
  >("06-accounts/passwords.ts")
  const hash = await hashPassword("pâssword")
  expect(hash).not.toContain("pâssword")
  expect(hash).not.toBe(await hashPassword("pâssword"))
  expect(await verifyPassword("pâssword".normalize("NFD"), hash)).toBe(true)
  expect(await verifyPassword("password", hash)).toBe(false)
  expect(await verifyPassword("", "")).toBe(false)
})

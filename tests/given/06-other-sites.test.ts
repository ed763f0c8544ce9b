import { expect, test } from "vitest"
import { post } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { useServer } from "../support/servers.ts"

const server = useServer("06-accounts")

test.each(["/signup/", "/login/", "/logout/"])(
  "a page of another site cannot post a form to %s",
  async (path) => {
    const fields = { username: "foreign", password: "correct horse" }
    for (const origin of ["http://localhost:1", "null", "nonsense"]) {
      const answer = await post(server(), path, fields, { origin })
      expect(answer.status).toBe(403)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  },
)

test("a page of another site can link to ours", async () => {
  const headers = { origin: "https://other.example" }
  const answer = await ask(server(), "/login/", { headers })
  expect(answer.status).toBe(200)
})

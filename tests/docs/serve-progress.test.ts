import { describe, expect, test } from "vitest"
import { isThisMachine } from "../../docs/.vitepress/serve-progress.ts"

describe("the progress of the machine that serves is shown", () => {
  test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])(
    "to %s",
    (address) => {
      expect(isThisMachine(address)).toBe(true)
    },
  )

  test.each(["192.168.1.7", "::ffff:10.0.0.2", "fe80::1", "2001:db8::1", ""])(
    "not to %j",
    (address) => {
      expect(isThisMachine(address)).toBe(false)
    },
  )
})

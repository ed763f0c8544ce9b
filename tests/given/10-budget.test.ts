import { createHook } from "node:async_hooks"
import { setImmediate as turn } from "node:timers/promises"
import { expect, test } from "vitest"
import { batchingInProcess } from "../support/batching-in-process.ts"

/** A delivery alone needs 12 in step 4. */
const maxPromises = 0.5

const members = 100
const inOneBatch = 32
const batches = 5

test("32 messages that come together make less than half a promise a delivery", async () => {
  const { enter, layer } = await batchingInProcess()
  const all = []
  for (let member = 0; member < members; member++) {
    all.push(await enter(`member-${member}`))
  }

  let promises = 0
  const hook = createHook({
    init(_id, type) {
      if (type === "PROMISE") promises++
    },
  }).enable()
  let previous = 0
  for (let batch = 0; batch < batches; batch++) {
    const sending = []
    for (let index = 0; index < inOneBatch; index++) {
      const event = { ...message, id: previous + 1, previous }
      sending.push(layer.groupSend("chat_lobby", event))
      previous++
    }
    await Promise.all(sending)
    await turn()
  }
  hook.disable()

  const count = inOneBatch * batches
  for (const member of all) {
    const ids = (await member.messages(count)).map(({ id }) => id)
    expect(ids).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  }
  expect(promises / (members * count)).toBeLessThanOrEqual(maxPromises)
})

const message = {
  type: "chat.message",
  message: "hi",
  author: "ann",
  timestamp: "",
}

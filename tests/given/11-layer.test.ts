import { describe, expect, test } from "vitest"
import { coreLayer, openCore } from "../support/core-layer.ts"
import {
  arrivalChecks,
  groupSendChecks,
  nameChecks,
  receive,
} from "../support/layer-suite.ts"

describe("the core layer keeps the promises of steps 4 and 5:", () => {
  arrivalChecks(openCore)
  groupSendChecks(openCore)
  nameChecks(openCore)
})

test("x", async () => {
  const { layer, redis, prefix } = await coreLayer()
  const ann = await layer.openFor("Ann")
  await layer.groupAdd("room", ann)
  const sent = Array.from({ length: 90 }, (_, count) => ({ type: "x", count }))
  await Promise.all(sent.map((event) => layer.groupSend("room", event)))
  for (const event of sent) expect(await receive(layer, ann)).toEqual(event)
  expect(prefix && redis).toBeTruthy()
})

import { expect, test } from "vitest"
import { root } from "../../workbook/folders.ts"
import { readLaterUses } from "../../workbook/site/imports.ts"
import { listSteps } from "../../workbook/steps.ts"

test("a step's page names what later steps import from it", () => {
  const uses = readLaterUses(root)
  expect(Object.keys(uses)).toEqual(listSteps().map(({ name }) => name))
  expect(uses["02-routing"]).toContainEqual({
    file: "02-routing/room-name.ts",
    names: ["normalRoomName", "roomNameOf"],
  })
  // Types are also imports.
  expect(uses["04-groups"]).toContainEqual({
    file: "04-groups/channels.ts",
    names: ["Capacity", "Channels"],
  })
  expect(uses[listSteps().at(-1)?.name ?? ""]).toEqual([])
})

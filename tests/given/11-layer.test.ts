import { describe } from "vitest"
import { openCore } from "../support/core-layer.ts"
import {
  arrivalChecks,
  groupSendChecks,
  nameChecks,
} from "../support/layer-suite.ts"

describe("the core layer keeps these promises of steps 4 and 5:", () => {
  arrivalChecks(openCore)
  groupSendChecks(openCore)
  nameChecks(openCore)
})

import { root } from "../../../workbook/folders.ts"
import { listSteps, type Step } from "../../../workbook/steps.ts"

export declare const data: readonly Step[]

// VitePress asks for a default export.
export default {
  watch: ["../../steps/*.md"],
  load: (): typeof data => listSteps(root),
}

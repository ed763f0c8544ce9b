import { type Day, readDay } from "../../../workbook/site/day-plan.ts"

export declare const data: Day

// VitePress asks for a default export.
export default {
  watch: ["../../steps/*.md", "../../instructor/steps/*.md"],
  load: (): typeof data => readDay(),
}

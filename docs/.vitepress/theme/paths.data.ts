import { root } from "../../../workbook/folders.ts"
import {
  readMessagePaths,
  type Stage,
} from "../../../workbook/site/message-paths.ts"

export declare const data: Readonly<Record<string, readonly Stage[]>>

// VitePress asks for a default export.
export default {
  watch: ["../paths/*.yaml", "../../steps/*.md", "../../../steps/**/*.ts"],
  load: (): typeof data => readMessagePaths(root),
}

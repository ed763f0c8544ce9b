import { root } from "../../../workbook/folders.ts"
import {
  readSecurity,
  type SecurityTopic,
} from "../../../workbook/site/security.ts"

export declare const data: readonly SecurityTopic[]

// VitePress asks for a default export.
export default {
  watch: ["../security.yaml"],
  load: (): typeof data => readSecurity(root),
}

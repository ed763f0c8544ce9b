import { root } from "../../../workbook/folders.ts"
import { readLaterUses, type Use } from "../../../workbook/site/imports.ts"

export declare const data: Readonly<Record<string, readonly Use[]>>

// VitePress asks for a default export.
export default {
  watch: ["../../../steps/**/*.ts"],
  load: (): typeof data => readLaterUses(root),
}

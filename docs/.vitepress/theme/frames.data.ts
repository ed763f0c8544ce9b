import { root } from "../../../workbook/folders.ts"
import {
  type FrameRow,
  frameRows,
  readFrameSchema,
  type Side,
} from "../../../workbook/site/frames.ts"
import { listSteps } from "../../../workbook/steps.ts"

export declare const data: Readonly<Record<Side, readonly FrameRow[]>>

// VitePress asks for a default export.
export default {
  watch: ["../../public/frames.schema.json"],
  load(): typeof data {
    const schema = readFrameSchema(root)
    const last = listSteps().length
    return {
      client: frameRows(schema, "client", last),
      server: frameRows(schema, "server", last),
    }
  },
}

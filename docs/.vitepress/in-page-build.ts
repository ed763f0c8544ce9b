import { fileURLToPath } from "node:url"

const folder = new URL("./theme/in-page/", import.meta.url)

/** What the steps' code needs to run in a page: of Node, it imports two modules
 * and reads `process.env.TRACE`. */
export const inPageBuild = {
  define: { "process.env.TRACE": "undefined" },
  resolve: {
    alias: {
      "node:crypto": fileURLToPath(new URL("node-crypto.ts", folder)),
      "node:util": fileURLToPath(new URL("node-util.ts", folder)),
    },
  },
}

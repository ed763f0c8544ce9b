import { fileURLToPath } from "node:url"
import express, { Router } from "express"

/** Serves a step's `static` folder.
 * @param step its folder's name, part of the address: /static/03-pages/…
 * @param module the `import.meta.url` of a file beside the `static` folder */
export function staticFiles(step: string, module: string): Router {
  const folder = fileURLToPath(new URL("static", module))
  return Router().use(`/static/${step}`, express.static(folder))
}

import { fileURLToPath } from "node:url"
import nunjucks from "nunjucks"
import { jsonScript } from "./json-script.ts"

/** The folder of all steps: a page can extend one of an earlier step. */
const folder = fileURLToPath(new URL("..", import.meta.url))

// #region environment
const environment = new nunjucks.Environment(
  new nunjucks.FileSystemLoader(folder),
  { autoescape: true, throwOnUndefined: true },
)

environment.addFilter("json_script", (value: unknown, id: string) => {
  return new nunjucks.runtime.SafeString(jsonScript(value, id))
})
// #endregion environment

/** Makes a page from its template; every value in it is escaped.
 * @param name like "03-pages/room.html"
 * @throws Error if there is no such template, or a value is missing */
export function render(name: string, context: object): string {
  return environment.render(name, context)
}

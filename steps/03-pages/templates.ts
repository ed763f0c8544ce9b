import { fileURLToPath } from "node:url"
import nunjucks from "nunjucks"
import { jsonScript } from "./json-script.ts"

/** Names begin with a step's folder, so that a page can extend an earlier
 * step's: `{% extends "03-pages/base.html" %}`. */
const folder = fileURLToPath(new URL("..", import.meta.url))

const environment = new nunjucks.Environment(
  new nunjucks.FileSystemLoader(folder),
  { autoescape: true, throwOnUndefined: true },
)

environment.addFilter("json_script", (value: unknown, id: string) => {
  return new nunjucks.runtime.SafeString(jsonScript(value, id))
})

/**
 * A page from its template; every value in it is escaped.
 * @param name like "03-pages/room.html"
 * @throws Error if there is no such template, or a value is missing
 */
export function render(name: string, context: object): string {
  return environment.render(name, context)
}

/** In the browser's build, this takes the place of `node:util`: only a trace
 * would use it, and there is none in a page. */
export function inspect(value: unknown): string {
  return JSON.stringify(value)
}

const escapes: Readonly<Record<string, string>> = {
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
}

/** A script element that holds a value as JSON. No value can break out of it,
 * and the browser does not run it. Mirrors Django's `json_script` filter.
 * @param id of the element: a letter, then letters, digits and hyphens
 * @throws RangeError if the id is anything else */
export function jsonScript(value: unknown, id: string): string {
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(id)) {
    throw new RangeError(`"${id}" cannot be an element's id`)
  }
  // #region json-script
  const json = JSON.stringify(value)
  const safe = json.replace(/[<>&\u2028\u2029]/g, (it) => escapes[it] ?? it)
  return `<script id="${id}" type="application/json">${safe}</script>`
  // #endregion json-script
}

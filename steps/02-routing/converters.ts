/** Matches and converts the value of a placeholder in a route. */
export interface Converter {
  /** A regular expression without groups. */
  readonly pattern: string
  /** @returns undefined if the value is not valid after all */
  convert(text: string): string | number | undefined
}

const asText = (text: string) => text
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

/** Django's path converters, by their names. */
export const converters: ReadonlyMap<string, Converter> = new Map([
  ["str", { pattern: "[^/]+", convert: asText }],
  ["int", { pattern: "[0-9]+", convert: asInteger }],
  ["slug", { pattern: "[-a-zA-Z0-9_]+", convert: asText }],
  ["uuid", { pattern: uuid, convert: asText }],
  ["path", { pattern: ".+", convert: asText }],
])

/** Rejects numbers too large to be exact: several paths would give the same. */
function asInteger(text: string): number | undefined {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

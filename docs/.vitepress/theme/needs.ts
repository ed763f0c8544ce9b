const names: Readonly<Record<string, string>> = {
  redis: "Redis",
  sqlite: "SQLite",
}

/** What a step uses beyond the packages, by the names that people know. */
export function needsInWords(needs: readonly string[]): string {
  return needs.map((need) => names[need] ?? need).join(" and ")
}

export const sqliteRemedy =
  "The package sqlite3 could not be built. It needs a C++ compiler, make and " +
  "Python\n(Debian: apt-get install g++ make python3), then: npm ci"

/** Whether the optional package is installed. If it cannot be built, steps 1 to
 * 5 still run. */
export async function hasSqlite(): Promise<boolean> {
  try {
    await import("sqlite3")
    return true
  } catch {
    return false
  }
}

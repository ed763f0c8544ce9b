/** Whether an error of the system has one of these codes, like "ENOENT". */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false
  return codes.some((code) => code === error.code)
}

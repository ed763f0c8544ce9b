/** Whether the system refused for one of these reasons, like "ENOENT". */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false
  return codes.some((code) => code === error.code)
}

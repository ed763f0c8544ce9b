const origin = /^\s*wss?:\/\/([^/?#]*)/i

/** @returns like "localhost:8000"; "" if there is none */
export function hostOf(address: string): string {
  return origin.exec(address)?.[1]?.trim() ?? ""
}

export function portOf(address: string): string {
  return /:(\d+)$/.exec(hostOf(address))?.[1] ?? "80"
}

/** What is left of an address without its server: what is a path already
 * stays as it is. */
export function pathOf(address: string): string {
  return address.replace(origin, "").trim() || "/"
}

/** @returns the path on the server of another address */
export function onServerOf(other: string, path: string): string {
  return (origin.exec(other)?.[0] ?? "") + pathOf(path)
}

/** @returns the path as a browser writes it into a request
 * @throws SyntaxError if it is none */
export function requestFor(path: string): string {
  if (!path.startsWith("/")) throw new SyntaxError(`${path} is no path`)
  const { pathname, search } = new URL(`ws://in.page${path}`)
  return pathname + search
}

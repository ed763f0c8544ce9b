import { ownName } from "./element.js"

/**
 * What the browser remembers, apart for each person who logs in here.
 * @param {"localStorage" | "sessionStorage"} kind for good, or for this tab
 * @param {string} name
 */
export function memory(kind, name) {
  const key = `${name} ${ownName() ?? ""}`
  return {
    read() {
      return attempt(() => window[kind].getItem(key)) ?? ""
    },
    /** @param {string} text */
    write(text) {
      attempt(() => window[kind].setItem(key, text))
    },
  }
}

/**
 * A browser may forbid storage, or have none left: the chat works without.
 * @template Result
 * @param {() => Result} action
 */
function attempt(action) {
  try {
    return action()
  } catch {
    return undefined
  }
}

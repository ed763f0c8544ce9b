/**
 * An element that the page must have.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function element(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`The page has no ${kind.name} with the id ${id}`)
}

/** @returns who has logged in; undefined in the steps without accounts */
export function ownName() {
  return document.getElementById("username")?.textContent
}

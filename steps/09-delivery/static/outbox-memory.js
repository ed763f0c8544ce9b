import { ownName } from "/static/03-pages/element.js"
import { memory } from "/static/03-pages/memory.js"

const prefix = "outbox of "

/** Where the outbox of this room and this person is kept, in this tab only. */
export function outboxMemory() {
  return memory("sessionStorage", `${prefix}${location.pathname}`)
}

/** What another person has written in this tab is not kept. */
export function forgetOutboxesOfOthers() {
  forget((name) => !name.endsWith(` ${ownName()}`))
}

export function forgetAllOutboxes() {
  forget(() => true)
}

/** @param {(name: string) => boolean} isForgotten */
function forget(isForgotten) {
  try {
    const names = Object.keys(sessionStorage)
    for (const name of names.filter((it) => it.startsWith(prefix))) {
      if (isForgotten(name)) sessionStorage.removeItem(name)
    }
  } catch {
    // The browser forbids storage, so there is none.
  }
}

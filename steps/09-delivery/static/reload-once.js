import { leaves } from "/static/03-pages/connection.js"
import { memory } from "/static/03-pages/memory.js"

/**
 * A page that meets an older server is loaded again, to become a page of that
 * server: once, because the address may lead to servers of both kinds.
 */
export function openReloadOnce() {
  const mark = memory("sessionStorage", `reloaded ${location.pathname}`)
  return {
    /** @returns {boolean} */
    get isUsed() {
      return mark.read() !== ""
    },

    /** Loads the page again, if its address answers. */
    async use() {
      mark.write("yes")
      // Without storage, the page would load again and again, without its outbox.
      const isMarked = mark.read() !== ""
      if (isMarked && !(await leaves(true))) mark.write("")
    },

    /** The server is none of the older ones. */
    allow() {
      if (mark.read() !== "") mark.write("")
    },
  }
}

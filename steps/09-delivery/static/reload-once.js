import { leaves } from "/static/03-pages/connection.js"
import { memory } from "/static/03-pages/memory.js"

/**
 * A page that meets an older server is loaded again, to become a page of that
 * server: once, because the address may lead to servers of both kinds.
 */
export function openReloadOnce() {
  const mark = memory("sessionStorage", `reloaded ${location.pathname}`)
  let isAsking = false
  return {
    /** @returns {boolean} */
    get isUsed() {
      return mark.read() !== ""
    },

    /** Loads the page again, if its address answers. */
    async use() {
      mark.write("yes")
      // Without storage, the page would load again and again, without its outbox.
      if (mark.read() === "") return
      isAsking = true
      if (!(await leaves(true))) mark.write("")
      isAsking = false
    },

    /** The server is no older one, so the next one may be asked again. Not if it
     * was only late, and the page is about to load: it would load for ever. */
    allow() {
      if (!isAsking && mark.read() !== "") mark.write("")
    },
  }
}

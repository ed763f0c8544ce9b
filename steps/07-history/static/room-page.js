import { openRoom } from "/static/03-pages/room.js"

/** After a lost connection the history comes again: nothing is shown twice. */
const shown = new Set()

openRoom({
  toMessage({ id, author, message, timestamp }) {
    if (id !== undefined && shown.has(id)) return undefined
    shown.add(id)
    return { author, text: message, time: timeOf(timestamp) }
  },
  isSaved: (error) => error.startsWith("Saved"),
})

/**
 * Another program may have sent the message, without a time.
 * @param {string} [timestamp]
 */
function timeOf(timestamp = "") {
  const time = new Date(timestamp)
  return Number.isNaN(time.valueOf()) ? undefined : time
}

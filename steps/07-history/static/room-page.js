import { openRoom } from "/static/03-pages/room.js"

/** After a lost connection the history comes again: nothing is shown twice. */
const shown = new Set()

openRoom({
  formatLine({ id, author, message }) {
    if (id !== undefined && shown.has(id)) return undefined
    shown.add(id)
    return author === undefined ? message : `${author}: ${message}`
  },
})

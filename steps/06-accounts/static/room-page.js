import { openRoom } from "/static/03-pages/room.js"

openRoom({
  formatLine({ author, message }) {
    return author === undefined ? message : `${author}: ${message}`
  },
})

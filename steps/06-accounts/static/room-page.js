import { openRoom } from "/static/03-pages/room.js"

openRoom(({ author, message }) => {
  return author === undefined ? message : `${author}: ${message}`
})

import { openRoom } from "/static/03-pages/room.js"

openRoom({ toMessage: ({ author, message }) => ({ author, text: message }) })

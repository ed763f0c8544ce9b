import { openRoom } from "./room.js"

openRoom({ toMessage: ({ message }) => ({ text: message }) })

import { openRoom } from "./room.js"

openRoom({ formatLine: ({ message }) => message })

import { openRoom } from "./room.js"

openRoom((frame) => frame.message)

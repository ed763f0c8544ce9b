import { type WebSocket, WebSocketServer } from "ws"

// What you would write first with nothing but ws: the members of a room are in
// a Set, and a loop sends to them. One process.

const rooms = new Map<string, Set<WebSocket>>()
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })

server.on("connection", (socket, { url = "/" }) => {
  const room = rooms.get(url) ?? new Set()
  rooms.set(url, room.add(socket))
  socket.on("message", (data) => {
    const { message } = JSON.parse(data.toString())
    const frame = JSON.stringify({ message })
    for (const member of room) member.send(frame)
  })
  socket.on("close", () => {
    room.delete(socket)
    if (room.size === 0) rooms.delete(url)
  })
})

server.on("listening", () => {
  const { port } = server.address() as { port: number }
  console.log(`Listening on http://localhost:${port}/`)
})

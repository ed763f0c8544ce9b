import { createServer } from "node:http"
import { createAdapter } from "@socket.io/redis-adapter"
import { Redis } from "ioredis"
import { Server } from "socket.io"

// Socket.IO as its documentation begins: in memory, or where REDIS_URL is set,
// with its Redis adapter.

const http = createServer()
const io = new Server(http, { transports: ["websocket"] })

const { REDIS_URL, CHANNEL_PREFIX } = process.env
if (REDIS_URL) {
  const clients = [new Redis(REDIS_URL), new Redis(REDIS_URL)] as const
  io.adapter(createAdapter(...clients, { key: `${CHANNEL_PREFIX}` }))
}

io.on("connection", async (socket) => {
  const room = String(socket.handshake.query.room)
  await socket.join(room)
  socket.on("message", (message: unknown) => {
    io.to(room).emit("message", message)
  })
})

http.listen(0, "127.0.0.1", () => {
  const { port } = http.address() as { port: number }
  console.log(`Listening on http://localhost:${port}/`)
})

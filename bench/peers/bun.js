// Bun's own server, which is uWebSockets: `publish` is its room. One process.
// Run by Bun, not by Node.

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const data = { room: new URL(request.url).pathname }
    if (server.upgrade(request, { data })) return undefined
    return new Response("A socket is expected", { status: 426 })
  },
  websocket: {
    open(socket) {
      socket.subscribe(socket.data.room)
    },
    message(socket, text) {
      const { message } = JSON.parse(text)
      server.publish(socket.data.room, JSON.stringify({ message }))
    },
  },
})

process.on("SIGUSR2", () => Bun.gc(true)) // as in collect-garbage.js
console.log(`Listening on http://localhost:${server.port}/`)

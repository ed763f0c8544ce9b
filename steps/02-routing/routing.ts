import { ChatConsumer } from "./chat-consumer.ts"
import { path } from "./path.ts"

export const websocketUrlpatterns = [
  path("ws/chat/<str:roomName>/", ChatConsumer.asApplication()),
]

import { path, type Route } from "../02-routing/path.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { ChatConsumer } from "./chat-consumer.ts"

/** The sockets' routes. Mirrors `websocket_urlpatterns` of the tutorial's
 * `chat/routing.py`. */
export function websocketUrlpatterns(layer: ChannelLayer): Route[] {
  return [path("ws/chat/<str:roomName>/", ChatConsumer.asApplication(layer))]
}

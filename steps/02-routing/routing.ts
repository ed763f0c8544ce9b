import type { Application } from "../01-echo/application.ts"
import { path, type Route } from "./path.ts"

/** The sockets' routes in every step: one for all rooms. Mirrors
 * `websocket_urlpatterns` of the tutorial's `chat/routing.py`. */
export function websocketUrlpatterns(chat: Application): Route[] {
  return [path("ws/chat/<str:roomName>/", chat)]
}

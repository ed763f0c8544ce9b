import type { Application } from "../01-echo/application.ts"
import { chatPages } from "./chat-pages.ts"
import { expressApplication } from "./express-application.ts"

/** The chat's pages, which need nothing else. Mirrors `get_asgi_application`. */
export function pages(): Application {
  return expressApplication(
    chatPages({
      index: "03-pages/index.html",
      room: "03-pages/room.html",
      context: () => ({}),
    }),
  )
}

import type { Application } from "../01-echo/application.ts"
import { chatPages } from "./chat-pages.ts"
import { expressApplication } from "./express-application.ts"

export function pages(): Application {
  return expressApplication(
    chatPages({
      index: "03-pages/index.html",
      room: "03-pages/room.html",
      context: () => ({}),
    }),
  )
}

import { ChatConsumer as EchoConsumer } from "../../../../steps/01-echo/chat-consumer.ts"
import { ChatConsumer as RoutedConsumer } from "../../../../steps/02-routing/chat-consumer.ts"
import { ProtocolTypeRouter } from "../../../../steps/02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../../../../steps/02-routing/routing.ts"
import { URLRouter } from "../../../../steps/02-routing/url-router.ts"
import { ChatConsumer } from "../../../../steps/04-groups/chat-consumer.ts"
import { InMemoryChannelLayer } from "../../../../steps/04-groups/in-memory-channel-layer.ts"
import type { OpenSocket } from "./client-socket.ts"
import { InPageSocket } from "./in-page-socket.ts"
import type { StepInPage } from "./steps-in-page.ts"

/** What each step's `main.ts` passes to `serve`, without the pages. */
const applications = {
  "01-echo": () => EchoConsumer.asApplication(),
  "02-routing": () => {
    const chat = RoutedConsumer.asApplication()
    return ProtocolTypeRouter({
      websocket: URLRouter(websocketUrlpatterns(chat)),
    })
  },
  "04-groups": () => {
    const layer = new InMemoryChannelLayer({ capacity: 10_000 })
    const chat = ChatConsumer.asApplication(layer)
    return ProtocolTypeRouter({
      websocket: URLRouter(websocketUrlpatterns(chat)),
    })
  },
}

/**
 * Starts a step's own code in this page, with a layer of its own.
 * @returns opens sockets to it, by the path of a request
 */
export function serveInPage(step: StepInPage): OpenSocket {
  const application = applications[step]()
  return (path, listener) => new InPageSocket(application, path, listener)
}

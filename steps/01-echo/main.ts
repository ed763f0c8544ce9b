import { ChatConsumer } from "./chat-consumer.ts"
import { serve } from "./server/serve.ts"
import { readSettings } from "./server/settings.ts"

const settings = readSettings(process.env)
await serve(ChatConsumer.asApplication(), { ...settings, path: "/" })

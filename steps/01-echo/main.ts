import { ChatConsumer } from "./chat-consumer.ts"
import { serve } from "./serve.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
await serve(ChatConsumer.asApplication(), { ...settings, path: "/" })

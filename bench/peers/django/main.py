"""Django Channels with the layer channels_redis.core, under Daphne: a chat
that sends each message to its room's group, and stores nothing."""

import gc
import json
import os
import signal

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only measured",
    INSTALLED_APPS=["channels"],
    DATABASES={},
    LOGGING_CONFIG=None,
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                "hosts": [os.environ["REDIS_URL"]],
                "prefix": os.environ["CHANNEL_PREFIX"],
                # As for step-11-core.
                "capacity": 10_000,
            },
        }
    },
)
django.setup()

# These need the settings.
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from daphne.server import Server  # noqa: E402
from django.urls import path  # noqa: E402


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room"]
        self.group = f"chat_{room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        event = {"type": "chat.message", "message": message}
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event):
        await self.send(json.dumps({"message": event["message"]}))


routes = [path("ws/chat/<str:room>/", ChatConsumer.as_asgi())]
application = ProtocolTypeRouter({"websocket": URLRouter(routes)})


def ready():
    for _host, port in server.listening_addresses:
        print(f"Listening on http://localhost:{port}/", flush=True)


# As in collect-garbage.js.
signal.signal(signal.SIGUSR2, lambda *_: gc.collect())
server = Server(
    application,
    endpoints=["tcp:port=0:interface=127.0.0.1"],
    ready_callable=ready,
)
server.run()

"""The layer of the notes in a Django project, a worker, and sending from outside."""

import os

# region settings
# In settings.py
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://127.0.0.1:6379")],
            "prefix": os.environ.get("CHANNEL_PREFIX", "asgi"),
            # For all sockets of a process together. These are the defaults.
            "capacity": 100,
            "expiry": 60,
            "group_expiry": 86400,
        },
    },
}
# endregion settings


# region worker
# chat/workers.py
class DiceConsumer(AsyncConsumer):
    async def dice_roll(self, event):
        message = f"{event['author']}: {rolled(event['dice'])}"
        answer = {"type": "chat.message", "message": message}
        answer["author"] = "the dice"
        group = f"chat_{event['room']}"
        await self.channel_layer.group_send(group, answer)


# mysite/asgi.py
application = ProtocolTypeRouter(
    {
        "http": django_pages,
        "websocket": sockets,
        "channel": ChannelNameRouter({"dice": DiceConsumer.as_asgi()}),
    }
)

# In a terminal of its own: python3 manage.py runworker dice
# endregion worker


# region hand-over
# chat/consumers.py
class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        message = await self.store(content["message"])
        await self.channel_layer.group_send(self.group, event_of(message))
        if command := ROLL.match(message.content):
            roll = {"type": "dice.roll", "dice": command[1]}
            roll |= {"author": self.user.username, "room": self.room}
            try:
                await self.channel_layer.send("dice", roll)
            except ChannelFull:
                busy = {"type": "chat.message", "message": "Too many rolls."}
                await self.channel_layer.group_send(self.group, busy)
# endregion hand-over


# region outside
# chat/management/commands/say.py
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("room")
        parser.add_argument("message")

    def handle(self, room, message, **options):
        event = {"type": "chat.message", "message": message}
        async_to_sync(get_channel_layer().group_send)(f"chat_{room}", event)
# endregion outside

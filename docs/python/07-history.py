# region model
# chat/models.py
from django.conf import settings
from django.db import models

from .managers import MessageManager


class Message(models.Model):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="author_messages",
    )
    room = models.CharField(max_length=200)
    content = models.TextField()
    timestamp = models.DateTimeField(auto_now_add=True)

    objects = MessageManager()

    class Meta:
        indexes = [models.Index(fields=["room", "id"])]

    def __str__(self):
        return f"{self.pk} in {self.room}: {self.content[:40]}"
# endregion model


# region manager
# chat/managers.py
from django.db import models


class MessageManager(models.Manager):
    def last_messages(self, room, count=10):
        in_room = self.filter(room=room).select_related("author")
        newest_first = in_room.order_by("-id")[:count]
        return list(reversed(newest_first))
# endregion manager


# region join
# chat/consumers.py
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Message


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def show_history(self):
        read = database_sync_to_async(Message.objects.last_messages)
        for message in await read(self.room):
            await self.send_json(
                {
                    "id": message.pk,
                    "author": message.author.username,
                    "message": message.content,
                    "timestamp": message.timestamp.isoformat(),
                }
            )
# endregion join

import json
import logging

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Message
from .rooms import group_name_for, normal_room_name

logger = logging.getLogger(__name__)


class NotAMessage(Exception):
    """The client's mistake, as a sentence for it."""


# region consumer
class ChatConsumer(AsyncJsonWebsocketConsumer):
    group = None

    async def connect(self):
        self.user = self.scope["user"]
        self.room = normal_room_name(self.scope["url_route"]["kwargs"]["room_name"])
        if not self.user.is_authenticated or self.room is None:
            await self.close()
            return
        self.group = group_name_for(self.room)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        for event in await self.last_10_events():
            await self.chat_message(event)

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            content = message_in(text_data)
        except NotAMessage as error:
            await self.send_json({"error": str(error)})
            return
        message = await self.store(content)
        await self.channel_layer.group_send(self.group, event_of(message))

    async def chat_message(self, event):
        """Also takes the events of the other server, which have more fields."""
        if not isinstance(event.get("message"), str):
            logger.error("A chat.message without a message: %r", event)
            return
        fields = ["message", "author", "timestamp", "number"]
        await self.send_json({name: event[name] for name in fields if name in event})

    @database_sync_to_async
    def store(self, content):
        return Message.objects.create(
            author=self.user,
            room=self.room,
            content=content,
        )

    @database_sync_to_async
    def last_10_events(self):
        return [event_of(message) for message in Message.last_10_messages(self.room)]
# endregion consumer


# region event
def event_of(message):
    """It has no "id": an id is a place in the other server's database."""
    return {
        "type": "chat.message",
        "message": message.content,
        "author": message.author.get_username(),
        "timestamp": message.timestamp.isoformat(),
        "number": message.pk,
    }
# endregion event


def message_in(text):
    try:
        message = json.loads(text or "")["message"]
        message.encode()  # fails for half of a surrogate pair
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotAMessage('Send {"message": "…"}') from None
    if not message.strip():
        raise NotAMessage("A message needs at least one visible character.")
    if len(message) > 10_000:
        raise NotAMessage("A message has at most 10,000 characters.")
    return message

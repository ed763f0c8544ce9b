# region notes
# chat/consumers.py
class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.show_history()

    async def chat_message(self, event):
        # At most once: an event that the layer has lost never comes, and
        # neither the consumer nor the client finds out.
        await self.send_json(event)
# endregion notes


# region by-hand
# chat/consumers.py
class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        query = parse_qs(self.scope["query_string"].decode())
        self.last = int(query.get("since", ["0"])[0])
        for message in await self.messages_after(self.last):
            await self.chat_message(message)

    @database_sync_to_async
    def messages_after(self, last):
        later = Message.objects.filter(room=self.room, pk__gt=last)
        rows = later.select_related("author").order_by("pk")
        return [event_of(row) for row in rows]

    async def chat_message(self, event):
        # Nothing is shown twice. But if the event before this one was lost,
        # this one moves the position past it, and it stays lost.
        if event["id"] <= self.last:
            return
        await self.send_json(event)
        self.last = event["id"]
# endregion by-hand

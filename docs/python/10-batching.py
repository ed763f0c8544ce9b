# region one-by-one
# chat/consumers.py
class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        # One frame a call: one INSERT, and one commit.
        message = await self.store(content["message"])
        await self.channel_layer.group_send(self.group, event_of(message))

    async def chat_message(self, event):
        # One event a dispatch. Each member's consumer encodes it as JSON again,
        # and the server makes a frame of that.
        await self.send_json(event)
# endregion one-by-one


# region group-commit
# chat/group_commit.py
class GroupCommit:
    """Everything that arrives during one commit goes into the next one."""

    def __init__(self):
        self.waiting = []
        self.committing = None

    async def store(self, message):
        stored = asyncio.get_running_loop().create_future()
        self.waiting.append((message, stored))
        if self.committing is None:
            self.committing = asyncio.create_task(self.commit_all())
        return await stored

    async def commit_all(self):
        while self.waiting:
            batch, self.waiting = self.waiting[:64], self.waiting[64:]
            # Left out: if this throws, each is to be stored alone.
            await Message.objects.abulk_create([message for message, _ in batch])
            for message, stored in batch:
                stored.set_result(message)  # it has its id now
        self.committing = None
# endregion group-commit

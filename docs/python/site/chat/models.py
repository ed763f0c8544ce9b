from django.contrib.auth import get_user_model
from django.db import models


class Message(models.Model):
    author = models.ForeignKey(
        get_user_model(),
        related_name="author_messages",
        on_delete=models.CASCADE,
    )
    room = models.CharField(max_length=200, db_index=True)
    content = models.TextField()
    timestamp = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.author}: {self.content[:50]}"

    @classmethod
    def last_10_messages(cls, room):
        """Oldest first. The primary key also orders messages of one moment."""
        messages = cls.objects.filter(room=room).select_related("author")
        return list(reversed(messages.order_by("-pk")[:10]))

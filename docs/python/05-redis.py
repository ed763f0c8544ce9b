"""The layer of step 5 in a Django project, and who else may use it."""

import os

# region settings
# In settings.py
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://127.0.0.1:6379")],
            "prefix": os.environ.get("CHANNEL_PREFIX", "asgi"),
        },
    },
}
# endregion settings


# region from-a-view
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpResponse


def announce(request):
    event = {"type": "chat.message", "message": "We close at six."}
    async_to_sync(get_channel_layer().group_send)("chat_lobby", event)
    return HttpResponse("Announced.")
# endregion from-a-view

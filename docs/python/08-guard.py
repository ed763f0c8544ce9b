# region asgi
# mysite/asgi.py
application = ProtocolTypeRouter(
    {
        "http": django_pages,
        "websocket": OriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            ["https://chat.example", ".example"],
        ),
    }
)

# The rest is for others: the heartbeat is an option of Daphne
# (--ping-interval, --ping-timeout), and limits are for the proxy in front.
# endregion asgi

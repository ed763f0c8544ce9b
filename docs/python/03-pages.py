"""The pages as a user of Django writes them: chat/views.py and chat/urls.py.
The room's template holds {{ room_name|json_script:"room-name" }}."""

# region pages
# chat/views.py
from django.shortcuts import render


def index(request):
    return render(request, "chat/index.html")


def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


# chat/urls.py
from django.urls import path

from chat import views

urlpatterns = [
    path("chat/", views.index, name="index"),
    path("chat/<str:room_name>/", views.room, name="room"),
]
# endregion pages

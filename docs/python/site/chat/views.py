from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .rooms import normal_room_name


# region log-in
class LogIn(LoginView):
    """Leads back to the other server as well, and to no third one."""

    success_url_allowed_hosts = {urlsplit(settings.CHAT_URL).netloc} - {""}
# endregion log-in


# region log-out
@require_http_methods(["GET", "HEAD", "POST"])
def log_out(request):
    """Only a POST with a CSRF token logs a person out. The other server sends one
    as well, for a logout on its page."""
    if request.method == "POST":
        logout(request)
        return redirect("login")
    return render(request, "registration/log_out.html")
# endregion log-out


@require_safe
@login_required
def index(request):
    asked = request.GET.get("room")
    if asked is None:
        return render(request, "chat/index.html")
    room = normal_room_name(asked)
    if room is None:
        return render(request, "chat/index.html", {"asked": asked})
    return redirect("room", room_name=room)


@require_safe
@login_required
def room(request, room_name):
    name = normal_room_name(room_name)
    if name is None:
        raise Http404("No room can have that name")
    other = settings.CHAT_URL and f"{settings.CHAT_URL}/chat/{quote(name, safe='')}/"
    return render(request, "chat/room.html", {"room_name": name, "other": other})

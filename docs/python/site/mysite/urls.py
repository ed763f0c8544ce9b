from django.urls import include, path
from django.views.generic import RedirectView

from chat import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="index")),
    path("accounts/login/", views.LogIn.as_view(), name="login"),
    path("accounts/logout/", views.log_out, name="logout"),
    path("chat/", include("chat.urls")),
]

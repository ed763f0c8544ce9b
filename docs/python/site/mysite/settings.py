"""The settings that differ from one machine to another, and the secrets, come
from the environment."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def listed(name):
    return [part for part in os.environ.get(name, "").split(",") if part]


SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("DJANGO_SECRET_KEY is needed: a long random string.")
# Django 4.1 and later accept what was signed with one of these.
SECRET_KEY_FALLBACKS = listed("DJANGO_SECRET_KEY_FALLBACKS")

DEBUG = False
ALLOWED_HOSTS = listed("DJANGO_ALLOWED_HOSTS") or ["localhost"]

INSTALLED_APPS = [
    "daphne",  # first: it replaces runserver
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mysite.urls"
ASGI_APPLICATION = "mysite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_DATABASE_PATH") or BASE_DIR / "db.sqlite3",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# region channel-layers
# These variables have the same names on the other server.
BACKENDS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": BACKENDS[os.environ.get("CHANNEL_LAYER") or "pubsub"],
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379"],
            "prefix": os.environ.get("CHANNEL_PREFIX") or "asgi",
        },
    },
}
# endregion channel-layers

# Where the other server is, like http://localhost:8000. A login may lead back
# to its pages.
CHAT_URL = os.environ.get("CHAT_URL", "")

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "index"
SESSION_COOKIE_NAME = os.environ.get("DJANGO_SESSION_COOKIE_NAME") or "sessionid"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

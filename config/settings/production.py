"""The real thing. Refuses to start while a secret or an address is missing."""

import os

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import FIELD_ENCRYPTION_KEYS


def required(name: str) -> str:
    """The value of an environment variable that has no safe default."""
    if not (value := os.environ.get(name, "").strip()):
        raise ImproperlyConfigured(f"Set {name}: production does not start without it.")
    return value


SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
required("DATABASE_URL")
required("FIELD_ENCRYPTION_KEYS")
for key in FIELD_ENCRYPTION_KEYS:
    try:
        Fernet(key)
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds a key that is not valid."
        ) from error
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",")]
SITE_URL = required("SITE_URL").rstrip("/")
required("EMAIL_HOST")
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand in front, each adding the address that it was asked from to X-Forwarded-For.
# Without it everybody would have the proxy's address, and share the limits on signing in.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1"))
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

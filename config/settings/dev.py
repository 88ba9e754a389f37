"""A developer's own machine."""

from .base import *
from .base import FIELD_ENCRYPTION_KEYS, VAR_DIR
from .local import kept_secret

DEBUG = True
SECRET_KEY = kept_secret(VAR_DIR, "django")
FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or [kept_secret(VAR_DIR, "fields")]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SECOND_FACTOR_REQUIRED = False
DEMO = True
RETENTION_BY_WORKER = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

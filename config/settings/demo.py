"""bin/demo: as in production, but on one machine, with its own secrets and a mailbox page."""

import os

from .base import *
from .base import FIELD_ENCRYPTION_KEYS, VAR_DIR
from .local import kept_secret

DEMO = True
SECRET_KEY = kept_secret(VAR_DIR, "django")
FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or [kept_secret(VAR_DIR, "fields")]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SITE_URL = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
SECOND_FACTOR_REQUIRED = False
# The demonstration tells of 2015: all of it would be due.
RETENTION_BY_WORKER = False

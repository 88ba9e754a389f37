"""The tests: fast passwords, mail in memory, the second factor required as in production."""

import os

from .base import *
from .base import BASE_DIR, database

SECRET_KEY = "not-a-secret-only-for-tests"  # noqa: S105
FIELD_ENCRYPTION_KEYS = ["dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {
    "default": database(
        os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{BASE_DIR / 'var' / 'test.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, so that threads (a live server, a race) share it as processes would.
    DATABASES["default"]["TEST"] = {
        "NAME": os.environ.get("TEST_DB_NAME", BASE_DIR / "var" / "test_pwb.sqlite3")
    }
    (BASE_DIR / "var").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

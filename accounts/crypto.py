"""The few fields that are encrypted at rest (a provider's own reference for a person, the secret of
a second factor). Keys are their own, newest first, and rotate with the application running.
"""

from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def box() -> MultiFernet:
    """Encrypts with the newest key, reads with any."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


class EncryptedTextField(models.TextField):
    """Text that the database holds as ciphertext. It can be read, not searched."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else box().encrypt(value.encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value in (None, "") else box().decrypt(value.encode()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: no “{lookup_name}” lookup")
        return super().get_lookup(lookup_name)

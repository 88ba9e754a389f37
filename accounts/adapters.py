"""Where allauth meets this product: its mail goes through the outbox, its secrets are encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from . import clock
from .crypto import box
from .models import OutboxMessage
from .once import new_token


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, like every other message."""
        message = self.render_mail(template_prefix, email, context)
        now = clock.now()
        OutboxMessage.objects.create(
            dedupe_key=f"account:{new_token()}",
            to=email,
            subject=message.subject[:200],
            body=message.body,
            created_at=now,
            due_at=now,
        )


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()

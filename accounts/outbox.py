"""Mail leaves with the commit. A verb writes the message in its own transaction with `post`; the
worker claims what is due under a lease, so that a killed worker's messages come back by themselves
and no two workers send the same one. A message that fails is tried again after 1, 5, 30 minutes,
2 hours and 12 hours, then given up and shown to the auditor.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string

from . import clock
from .enums import DeliveryState
from .models import OutboxMessage

WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
LEASE = timedelta(minutes=5)


def post(template: str, *, to: list[str], key: str, **context: Any) -> None:
    """Put a message to each address into the outbox, in the caller's transaction.

    `template` names `templates/emails/<template>.txt`, whose first line is the subject. The body
    holds references and dates only: no personal detail, no amount, no outcome of a decision.
    `key` says which occasion this is; the same occasion never mails the same address twice.
    """
    text = render_to_string(
        f"emails/{template}.txt",
        {"site_url": settings.SITE_URL, "product_name": settings.PRODUCT_NAME, **context},
    )
    subject, _, body = text.strip().partition("\n")
    now = clock.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                dedupe_key=f"{key}:{address}"[:160],
                to=address,
                subject=subject.removeprefix("Subject:").strip()[:200],
                body=body.strip() + "\n",
                created_at=now,
                due_at=now,
            )
            for address in dict.fromkeys(to)
            if address
        ],
        ignore_conflicts=True,
    )


def claim(limit: int = 20) -> list[OutboxMessage]:
    """Take up to `limit` due messages for this worker alone, for the time of a lease."""
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=skip)
            .filter(state=DeliveryState.WAITING, due_at__lte=clock.now())
            .order_by("due_at", "pk")[:limit]
        )
        lease = secrets.token_hex(16)
        for message in due:
            message.lease = lease
            message.attempts += 1
            message.due_at = clock.now() + LEASE
        OutboxMessage.objects.bulk_update(due, ["lease", "attempts", "due_at"])
    return due


def deliver(message: OutboxMessage) -> bool:
    """Send one claimed message and write down what became of it. True when it was sent."""
    mine = OutboxMessage.objects.filter(pk=message.pk, lease=message.lease)
    try:
        EmailMessage(
            message.subject,
            message.body,
            to=[message.to],
            headers={"Message-ID": f"<outbox-{message.pk}@{settings.SITE_URL.split('//')[-1]}>"},
        ).send()
    except Exception as error:
        if message.attempts > len(WAITS):
            mine.update(state=DeliveryState.DEAD, last_error=type(error).__name__)
        else:
            due = clock.now() + WAITS[message.attempts - 1]
            mine.update(due_at=due, last_error=type(error).__name__)
        return False
    mine.update(state=DeliveryState.SENT, sent_at=clock.now(), last_error="")
    return True


def deliver_due() -> int:
    """Send everything that is due now; returns how many were sent."""
    sent = 0
    while batch := claim():
        sent += sum(deliver(message) for message in batch)
    return sent

"""Mail leaves with the commit. A verb writes the message in its own transaction with `post`; the
worker claims what is due under a lease, so that a killed worker's messages come back by themselves
and no two workers send the same one. A message that fails is tried again after 1, 5, 30 minutes,
2 hours and 12 hours, then given up and shown to the auditor.
"""

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string

from . import clock
from .enums import DeliveryState, NoticeHow
from .models import DigestLine, OutboxMessage
from .notices import how_for

WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
LEASE = timedelta(minutes=5)


def post(template: str, *, to: list[str], key: str, **context: Any) -> None:
    """Put a message to each address into the outbox, in the caller's transaction.

    `template` names `templates/emails/<template>.txt`, whose first line is the subject. The body
    holds references and dates only: no personal detail, no amount, no outcome of a decision.
    `key` says which occasion this is; the same occasion never mails the same address twice. Readers who
    chose a daily letter, or nothing, for this kind of message get that (see `accounts.notices`).
    """
    text = render_to_string(
        f"emails/{template}.txt",
        {"site_url": settings.SITE_URL, "product_name": settings.PRODUCT_NAME, **context},
    )
    subject, _, body = text.strip().partition("\n")
    subject = subject.removeprefix("Subject:").strip()[:200]
    body = body.strip() + "\n"
    now = clock.now()
    addresses = [address for address in dict.fromkeys(to) if address]
    chosen = how_for(template, addresses)
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                dedupe_key=f"{key}:{address}"[:160],
                to=address,
                subject=subject,
                body=body,
                created_at=now,
                due_at=now,
            )
            for address in addresses
            if address not in chosen
        ],
        ignore_conflicts=True,
    )
    if chosen:
        DigestLine.objects.bulk_create(
            [
                DigestLine(
                    dedupe_key=f"{key}:{address}"[:160],
                    to=address,
                    subject=subject,
                    body=body,
                    created_at=now,
                )
                for address, how in chosen.items()
                if how == NoticeHow.DAILY
            ],
            ignore_conflicts=True,
        )


def send_digests() -> int:
    """Write the daily letters that are due: after 7 in the morning, London time, one for each reader with
    everything from before that. Returns how many were written.
    """
    seven = datetime.combine(clock.today(), time(7), tzinfo=clock.LONDON)
    if clock.now() < seven or not DigestLine.objects.filter(created_at__lt=seven).exists():
        return 0
    written = 0
    with transaction.atomic():
        lines: dict[str, list[DigestLine]] = {}
        waiting = DigestLine.objects.select_for_update().filter(created_at__lt=seven)
        for line in waiting.order_by("created_at", "pk"):
            lines.setdefault(line.to, []).append(line)
        for address, held in lines.items():
            _, made = OutboxMessage.objects.get_or_create(
                dedupe_key=f"digest:{clock.today()}:{address}"[:160],
                defaults={
                    "to": address,
                    "subject": f"{settings.PRODUCT_NAME}: {len(held)} "
                    f"{'message' if len(held) == 1 else 'messages'}",
                    "body": "\n".join(f"{line.subject}\n{line.body}" for line in held),
                    "created_at": clock.now(),
                    "due_at": clock.now(),
                },
            )
            if made:
                written += 1
                DigestLine.objects.filter(pk__in=[line.pk for line in held]).delete()
    return written


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

"""The audit trail: one row for everything that happened, chained so that tampering shows.

`record` writes in the verb's own transaction. `seal` then chains what has been committed: each
seal is a keyed hash over the row and the seal before it, so a row that is altered, removed or
slipped in later breaks the chain at that place. Sealing is a step of its own, and short, so that
verbs never wait for each other on the end of the chain.

Two things are taken out of the trail all the same, and neither hides a change of anything else. An
erasure takes the person out of a row (`redact`): the row keeps its seal, which later rows build on, and
gets a second one over what is left. Rows that are older than the trail is kept are removed from its
beginning (`cut`): a proof over the last of them says where the chain begins now.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from . import clock
from .models import AuditCut, AuditEvent

_BATCH = 500


def label_of(user: Any) -> str:
    """How an actor is shown in the trail: the role they act in, never a name or an address."""
    if user is None:
        return "The service"
    if user.team_roles:
        from .enums import TeamRole

        return ", ".join(role.label for role in TeamRole if role in user.team_roles)
    return "The organisation" if user.organisation_roles else "A new user"


def subject_of(obj: models.Model) -> tuple[str, str]:
    """What a row is about: the model's label, and its public reference where it has one."""
    return obj._meta.label, str(getattr(obj, "reference", None) or obj.pk)


def record(
    event: str,
    obj: models.Model,
    *,
    by: Any,
    shown_to: str = AuditEvent.Visibility.STAFF,
    **data: Any,
) -> AuditEvent:
    """Write `event` ("application.submitted") about `obj`, done by `by` (None: the service).

    `data` holds references, states, amounts (as strings) and counts; never free text about a person.
    """
    subject_type, subject_ref = subject_of(obj)
    row = AuditEvent.objects.create(
        at=clock.now(),
        event=event,
        actor_id=getattr(by, "pk", None),
        actor_label=label_of(by),
        subject_type=subject_type,
        subject_ref=subject_ref,
        shown_to=shown_to,
        data=data,
    )
    return row


# Whoever has a part of their own in a record reads of it, in another role, what the applicant is told.
_PARTIES: list[Callable[[Any], Any]] = []


def register_party(references: Callable[[Any], Any]) -> None:
    """Add a function that answers the references (a query of them) of what somebody has a part in."""
    _PARTIES.append(references)


def trail_for(user: Any) -> models.QuerySet[AuditEvent]:
    """The trail as `user` may read it, newest first. May they read it at all is asked elsewhere."""
    rows = AuditEvent.objects.order_by("-pk")
    told = models.Q(shown_to=AuditEvent.Visibility.APPLICANT)
    for references in _PARTIES:
        rows = rows.filter(told | ~models.Q(subject_ref__in=references(user)))
    return rows


def _keyed(said: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


def _seal_of(row: AuditEvent, before: str) -> str:
    said = json.dumps(
        [
            row.pk,
            row.at.isoformat(),
            row.event,
            row.actor_id,
            row.actor_label,
            row.subject_type,
            row.subject_ref,
            row.shown_to,
            row.data,
            row.sealed_as,
            before,
        ],
        sort_keys=True,
        default=str,
    )
    return _keyed(said)


def _redaction_of(row: AuditEvent) -> str:
    """The seal of what a redacted row still says, bound to the seal that it had."""
    return _seal_of(row, f"redacted:{row.seal}")


def redact(row: AuditEvent, *, subject_ref: str, data: dict[str, Any]) -> None:
    """Take what an erasure takes out of one row: its reference, its details. The event, its moment and
    its actor stay, and the chain stays whole."""
    row.subject_ref, row.data = subject_ref, data
    row.redaction = _redaction_of(row) if row.sealed_as is not None else ""
    models.QuerySet[AuditEvent](AuditEvent).bulk_update([row], ["subject_ref", "data", "redaction"])


def _proof_of(sealed_as: int, seal: str) -> str:
    return _keyed(f"cut:{sealed_as}:{seal}")


def older_than(day: Any) -> models.QuerySet[AuditEvent]:
    """The sealed rows of the trail's beginning that were written before a moment: what may be cut."""
    kept = AuditEvent.objects.filter(models.Q(at__gte=day) | models.Q(sealed_as__isnull=True))
    first = kept.filter(sealed_as__isnull=False).order_by("sealed_as").first()
    rows = AuditEvent.objects.filter(sealed_as__isnull=False, at__lt=day)
    return rows if first is None else rows.filter(sealed_as__lt=first.sealed_as)


@transaction.atomic
def cut(day: Any) -> int:
    """Remove the trail's rows from before a moment, from its beginning on; returns how many. What is left
    stays a whole chain."""
    last = older_than(day).order_by("-sealed_as").first()
    if last is None or last.sealed_as is None:
        return 0
    AuditCut.objects.create(
        sealed_as=last.sealed_as,
        seal=last.seal,
        proof=_proof_of(last.sealed_as, last.seal),
        cut_at=clock.now(),
    )
    gone = models.QuerySet[AuditEvent](AuditEvent).filter(sealed_as__lte=last.sealed_as)
    return gone.delete()[0]


def _write_seals(rows: list[AuditEvent]) -> None:
    """The one write that the rows allow: from "not sealed" to "sealed".

    Said in SQL: as one statement per row it is a tenth of the work of `bulk_update`'s long CASE.
    """
    name = connection.ops.quote_name(AuditEvent._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {name} SET sealed_as = %s, seal = %s WHERE id = %s AND sealed_as IS NULL",  # noqa: S608
            [(row.sealed_as, row.seal, row.pk) for row in rows],
        )


def seal() -> int:
    """Chain every committed row that has no seal yet; returns how many were sealed."""
    done = 0
    while True:
        with transaction.atomic():
            last = (
                AuditEvent.objects.select_for_update()
                .filter(sealed_as__isnull=False)
                .order_by("-sealed_as")
                .first()
            )
            position, before = (last.sealed_as or 0, last.seal) if last else _beginning()
            waiting = AuditEvent.objects.select_for_update().filter(sealed_as__isnull=True)
            rows = list(waiting.order_by("pk")[:_BATCH])
            for row in rows:
                position += 1
                row.sealed_as = position
                row.seal = before = _seal_of(row, before)
            _write_seals(rows)
        done += len(rows)
        if len(rows) < _BATCH:
            return done


def _beginning() -> tuple[int, str]:
    """Position and seal after which the chain begins: nothing, or where it was cut last."""
    held = AuditCut.objects.order_by("-sealed_as").first()
    return (held.sealed_as, held.seal) if held else (0, "")


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: rows checked, rows not sealed yet, and the first broken place."""

    checked: int
    unsealed: int
    broken_at: int | None


def verify() -> Verdict:
    """Walk the chain. `broken_at` is the position of the first seal that does not fit, or None."""
    for held in AuditCut.objects.order_by("sealed_as"):
        if not hmac.compare_digest(held.proof, _proof_of(held.sealed_as, held.seal)):
            return Verdict(0, 0, held.sealed_as)
    expected, before = _beginning()
    checked = 0
    rows = AuditEvent.objects.filter(sealed_as__isnull=False).order_by("sealed_as")
    for row in rows.iterator(chunk_size=2000):
        expected += 1
        checked += 1
        fits = (
            hmac.compare_digest(row.redaction, _redaction_of(row))
            if row.redaction
            else hmac.compare_digest(row.seal, _seal_of(row, before))
        )
        if row.sealed_as != expected or not fits:
            return Verdict(checked, 0, expected)
        before = row.seal
    return Verdict(checked, AuditEvent.objects.filter(sealed_as__isnull=True).count(), None)


def history(obj: models.Model) -> models.QuerySet[AuditEvent]:
    """What happened to `obj`, oldest first."""
    subject_type, subject_ref = subject_of(obj)
    return AuditEvent.objects.filter(subject_type=subject_type, subject_ref=subject_ref).order_by(
        "at", "pk"
    )

"""How long what is kept (domain 7.5). Each app registers its classes: what they hold, for how many
months unless somebody has set another period, and what is removed then. Nothing is removed while a legal
hold stands on it; what is removed is written into a log with the rule that said so.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction

from . import clock
from .audit import label_of, record
from .models import Removal, RetentionPeriod, User
from .state import permitted


@dataclass(frozen=True)
class Expired:
    """One record whose time is over. `ended_on`: the day from which the period counts; `held`: the
    sentence of what keeps it all the same; `remove` takes it away and says how many rows and files went,
    and by what name it is known from now on."""

    what: str
    ended_on: date
    held: str
    remove: Callable[[], tuple[int, str]]


@dataclass(frozen=True)
class RetentionClass:
    """kind: its key; label, since, then: for the page; months: the default; find: what had ended by a
    day; governs: labels of the models that this class alone removes, however soon the rest goes."""

    kind: str
    label: str
    since: str
    months: int
    then: str
    find: Callable[[date], Iterable[Expired]]
    governs: tuple[str, ...] = ()


_CLASSES: dict[str, RetentionClass] = {}


def register_retention(*classes: RetentionClass) -> None:
    """Add classes of records. A key that is taken is a mistake: raises `ValueError`."""
    for one in classes:
        if _CLASSES.get(one.kind, one) is not one:
            raise ValueError(f"{one.kind} is a class already")
        _CLASSES[one.kind] = one


def all_classes() -> dict[str, RetentionClass]:
    """Every class, by its key."""
    return dict(_CLASSES)


def kept_longer() -> list[str]:
    """Labels of the models that a class of their own removes."""
    return [label for kind in _CLASSES.values() for label in kind.governs]


def was_removed(kind: str) -> set[str]:
    """What the log says that a class has removed already, by name."""
    return set(Removal.objects.filter(kind=kind).values_list("what", flat=True))


def months_of(kind: str) -> int:
    """The period that counts now: the newest that was set, or the default of the class."""
    held = RetentionPeriod.objects.filter(kind=kind).order_by("-set_at", "-pk").first()
    return held.months if held else _CLASSES[kind].months


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later, for less than none); the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def periods() -> list[tuple[RetentionClass, int]]:
    """Every class with the months that count now, in one query."""
    held = dict(RetentionPeriod.objects.order_by("set_at", "pk").values_list("kind", "months"))
    return [(kind, held.get(kind.kind, kind.months)) for kind in _CLASSES.values()]


def said(months: int) -> str:
    """6 years; 18 months."""
    years, rest = divmod(months, 12)
    if rest or not years:
        return f"{months} month{'' if months == 1 else 's'}"
    return f"{years} year{'' if years == 1 else 's'}"


def due_of(ended_on: date, months: int) -> date:
    """The first day on which a record may go: that many months after the day it ended on."""
    return months_before(ended_on, -months)


@dataclass(frozen=True)
class Due:
    """A class today: its period, what is due, and what is due but held."""

    kind: RetentionClass
    months: int
    expired: list[Expired]
    held: list[Expired]


def due(kinds: Iterable[str] = ()) -> Iterator[Due]:
    """What retention would do now, class by class: the dry run. Reads, removes nothing."""
    for kind in list(kinds) or list(_CLASSES):
        months = months_of(kind)
        found = list(_CLASSES[kind].find(months_before(clock.today(), months)))
        yield Due(
            _CLASSES[kind],
            months,
            [one for one in found if not one.held],
            [one for one in found if one.held],
        )


def remove_due(kinds: Iterable[str] = (), *, by: User | None = None) -> list[Removal]:
    """Remove what is due, each record in a transaction of its own, and log it. What is held stays."""
    removed = []
    for found in due(kinds):
        for one in found.expired:
            with transaction.atomic():
                pieces, name = one.remove()
                row = Removal.objects.create(
                    kind=found.kind.kind,
                    what=name[:60],
                    why=f"{found.kind.label}: {said(found.months)} {found.kind.since}"[:200],
                    due_on=due_of(one.ended_on, found.months),
                    pieces=pieces,
                    removed_at=clock.now(),
                    actor_label=label_of(by),
                )
            removed.append(row)
    return removed


def daily() -> int:
    """The worker's chore: once a day what is due, where the installation wants that
    (`settings.RETENTION_BY_WORKER`). Returns how many records went."""
    if not settings.RETENTION_BY_WORKER:
        return 0
    if not cache.add(f"retention:{clock.today()}", 1, 60 * 60 * 24):
        return 0
    return len(remove_due())


@transaction.atomic
def set_period(kind: str, *, by: User, months: int, reason: str) -> RetentionPeriod:
    """Keep a class of records for so many months from now on. Raises `NotAllowed`, `KeyError`."""
    made = RetentionPeriod(kind=_CLASSES[kind].kind, months=months, reason=reason, set_by=by)
    permitted(by, "accounts.set_retention", made)
    made.save()
    record("retention.set", made, by=by, months=months)
    return made


def history_of(kind: str) -> list[RetentionPeriod]:
    """Every period that was set for a class, the newest first."""
    return list(
        RetentionPeriod.objects.filter(kind=kind)
        .select_related("set_by")
        .order_by("-set_at", "-pk")
    )


def log() -> models.QuerySet[Removal]:
    """What was removed, the newest first."""
    return Removal.objects.order_by("-removed_at", "-pk")


# Classes that belong to nobody's record ------------------------------------------------------------

_KEEPERS: list[Callable[[], str]] = []


def register_keeper(keeper: Callable[[], str]) -> None:
    """Add what keeps the whole audit trail: a function that says why, or nothing."""
    _KEEPERS.append(keeper)


def old_trail(ended_by: date) -> Iterator[Expired]:
    """The beginning of the audit trail, as one piece."""
    from . import audit

    before = clock.end_of(ended_by)
    rows = audit.older_than(before)
    last = rows.order_by("-sealed_as").first()
    if last is not None:
        held = next((why for keeper in _KEEPERS if (why := keeper())), "")
        name = f"{rows.count()} rows of the audit trail"
        yield Expired(name, clock.day_of(last.at), held, lambda: (audit.cut(before), name))


def old_letters(ended_by: date) -> Iterator[Expired]:
    """Messages that were sent, or given up, as one piece."""
    from .enums import DeliveryState
    from .models import OutboxMessage

    rows = OutboxMessage.objects.exclude(state=DeliveryState.WAITING).filter(
        created_at__lt=clock.end_of(ended_by)
    )
    last = rows.order_by("-created_at").first()
    if last is not None:
        name = f"{rows.count()} messages"
        yield Expired(name, clock.day_of(last.created_at), "", lambda: (rows.delete()[0], name))


def old_forms(ended_by: date) -> Iterator[Expired]:
    """Marks of forms that were sent, which only keep a double click from doing a thing twice."""
    from .models import OnceToken

    rows = OnceToken.objects.filter(used_at__lt=clock.end_of(ended_by))
    last = rows.order_by("-used_at").first()
    if last is not None:
        name = f"{rows.count()} marks of forms"
        yield Expired(name, clock.day_of(last.used_at), "", lambda: (rows.delete()[0], name))


OWN_CLASSES = (
    RetentionClass(
        "audit", "Audit trail", "after it was written", 72, "removed from its beginning", old_trail
    ),
    RetentionClass("letters", "E-mails that were sent", "after that", 12, "removed", old_letters),
    RetentionClass("forms", "Marks of forms that were sent", "after that", 1, "removed", old_forms),
)

"""How long the money's road is kept (domain 7.5), and what still needs a person's record."""

from collections.abc import Iterator
from datetime import date

from accounts import clock
from accounts.audit import history
from accounts.retention import Expired, RetentionClass, kept_longer, was_removed
from focus_people.erasing import empty_below
from focus_people.models import FocusPerson
from focus_people.uses import Use

from .enums import OVER_STATES, AppealState, ApplicationState, GrantState, PaymentState
from .models import Appeal, Application, Grant

ENDED = (GrantState.CLOSED, GrantState.REFUSED, GrantState.TERMINATED)


def _ended_on(row: Application | Grant | Appeal) -> date:
    """The day of the last thing that happened to it."""
    last = history(row).last()
    return clock.day_of(last.at) if last else clock.today()


def _use_of(application: Application) -> Use:
    reference = application.reference
    grant = getattr(application, "grant", None)
    if grant is not None:
        if grant.state not in ENDED:
            return Use(f"Grant {reference} is still running.", None)
        if grant.payments.filter(state__in=[PaymentState.PREPARED, PaymentState.APPROVED]).exists():
            return Use(f"A payment of {reference} is not settled.", None)
        return Use("", _ended_on(grant))
    if application.state == ApplicationState.DRAFT:
        return Use("", _ended_on(application))
    if application.state not in OVER_STATES:
        return Use(f"Application {reference} is still being decided.", None)
    return Use("", _ended_on(application))


def uses(person: FocusPerson) -> Iterator[Use]:
    """Applications and grants of the person, and appeals that nobody has answered."""
    for application in person.applications.select_related("grant").order_by("pk"):
        yield _use_of(application)
        if application.appeals.exclude(state=AppealState.ANSWERED).exists():
            yield Use(f"An appeal about {application.reference} is not answered.", None)


def _held(application: Application) -> str:
    hold = application.person.standing_hold()
    return hold.sentence if hold else ""


def _emptied(application: Application) -> tuple[int, str]:
    # What an award's own class keeps for longer is never touched by another one.
    keep = [] if hasattr(application, "grant") else kept_longer()
    return empty_below(application, keep=[*keep, *APPEAL_MODELS]), application.reference


def old_applications(ended_by: date) -> Iterator[Expired]:
    """Applications that led to no grant."""
    gone = was_removed("application")
    rows = Application.objects.filter(state__in=OVER_STATES, grant__isnull=True)
    for row in rows.select_related("person").order_by("pk"):
        if row.reference not in gone and (day := _ended_on(row)) <= ended_by:
            yield Expired(row.reference, day, _held(row), lambda row=row: _emptied(row))  # type: ignore[misc]


def old_grants(ended_by: date) -> Iterator[Expired]:
    """Grants that have ended."""
    gone = was_removed("award")
    rows = Grant.objects.filter(state__in=ENDED).select_related("application__person")
    for row in rows.order_by("pk"):
        if row.reference not in gone and (day := _ended_on(row)) <= ended_by:
            held = row.application
            yield Expired(row.reference, day, _held(held), lambda a=held: _emptied(a))  # type: ignore[misc]


def old_appeals(ended_by: date) -> Iterator[Expired]:
    """Appeals that were answered."""
    gone = was_removed("appeal")
    rows = Appeal.objects.filter(state=AppealState.ANSWERED).select_related("application__person")
    for row in rows.order_by("pk"):
        if row.reference not in gone and (day := _ended_on(row)) <= ended_by:
            yield Expired(
                row.reference,
                day,
                _held(row.application),
                lambda row=row: (empty_below(row), row.reference),  # type: ignore[misc]
            )


APPEAL_MODELS = ("grants.Appeal",)
CLASSES = (
    RetentionClass(
        "application",
        "Application that led to no grant",
        "after it ended",
        24,
        "emptied of every text and file; it still counts",
        old_applications,
    ),
    RetentionClass(
        "award",
        "Grant, its agreement and its money",
        "after it ended",
        72,
        "emptied of every text and file; amounts and days stay, because published totals count them",
        old_grants,
        governs=("grants.Document", "grants.Claim", "grants.ClaimLine", "grants.Payment"),
    ),
    RetentionClass(
        "appeal",
        "Appeal",
        "after it was answered",
        120,
        "emptied of every text",
        old_appeals,
        governs=APPEAL_MODELS,
    ),
)

"""What an officer does with the casework list itself: keep a filter, give several cases to somebody."""

from collections.abc import Iterable

from django.db import transaction
from django.http import QueryDict

from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, NotReady

from ..models import Application, SavedView
from .checking import assign_officer

MOST_VIEWS = 12


def views_of(user: User) -> list[SavedView]:
    """The filters that somebody keeps, by name."""
    return list(SavedView.objects.filter(user=user).order_by("name", "pk"))


def kept_query(query: str) -> str:
    """What of a filter is kept: not the page number, and nothing that is empty."""
    kept = QueryDict(query, mutable=True)
    for left_out in ("page", "csrfmiddlewaretoken"):
        kept.pop(left_out, None)
    for key in [key for key, values in kept.lists() if not any(values)]:
        kept.pop(key)
    return str(kept.urlencode())[:600]


@transaction.atomic
def save_view(*, by: User, name: str, query: str) -> SavedView:
    """Keep a filter under a name; the same name again replaces it. The page number is not kept.

    Raises `NotReady` beyond twelve, `NotAllowed` for anybody but officers and leads.
    """
    if not by.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        raise NotAllowed("grants.check_application")
    held = SavedView.objects.filter(user=by)
    if not held.filter(name=name).exists() and held.count() >= MOST_VIEWS:
        raise NotReady([f"You can keep {MOST_VIEWS} views. Remove one first."])
    made, _ = SavedView.objects.update_or_create(
        user=by, name=name, defaults={"query": kept_query(query)}
    )
    return made


@transaction.atomic
def forget_view(*, by: User, name: str) -> None:
    """Take a kept filter out; one that is not there is gone already."""
    SavedView.objects.filter(user=by, name=name).delete()


def assign_many(
    applications: Iterable[Application], *, by: User, officer: User
) -> tuple[int, list[str]]:
    """Give several cases to one officer: how many changed hands, and a sentence for each that did not.

    Each case is its own transaction: one that cannot be given does not hold up the others.
    """
    done, refused = 0, []
    for application in applications:
        if application.case_officer_id == officer.pk:
            continue
        try:
            assign_officer(application, by=by, officer=officer)
            done += 1
        except NotReady as standing:
            refused += [f"{application.reference}: {said}" for said in standing.blockers]
        except NotAllowed:
            refused.append(f"{application.reference}: it is of your own organisation.")
    return done, refused

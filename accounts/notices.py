"""Which e-mails somebody gets, and how: at once, once a day, or not at all. Each app registers its own;
those that the programme has to send (a decision, a question that stops the clock, money asked back) come
at once whatever was chosen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from .enums import NoticeHow
from .models import NoticeChoice, User


@dataclass(frozen=True)
class Notice:
    """One kind of e-mail: its template, what it is about, who may get it."""

    template: str
    label: str
    reaches: Callable[[Any], bool]
    is_statutory: bool = False


_NOTICES: dict[str, Notice] = {}


def register_notices(notices: Iterable[Notice]) -> None:
    """Make an app's e-mails known. One that nobody registers comes at once, always."""
    for notice in notices:
        _NOTICES[notice.template] = notice


def notices_for(user: Any) -> list[Notice]:
    """The e-mails that may reach this person, in the order they were registered."""
    return [notice for notice in _NOTICES.values() if notice.reaches(user)]


def may_choose(template: str) -> bool:
    """Whether its readers may choose how they hear of it."""
    notice = _NOTICES.get(template)
    return notice is not None and not notice.is_statutory


def choices_of(user: Any) -> dict[str, str]:
    """What this person chose, by template; what is not there comes at once."""
    return dict(NoticeChoice.objects.filter(user=user).values_list("notice", "how"))


@transaction.atomic
def choose(user: User, chosen: dict[str, str]) -> None:
    """Keep what somebody chose, by template. What they may not choose, or never get, is left out."""
    offered = {notice.template for notice in notices_for(user) if not notice.is_statutory}
    for template in sorted(offered & set(chosen)):
        how = NoticeHow(chosen[template])
        if how == NoticeHow.IMMEDIATE:
            NoticeChoice.objects.filter(user=user, notice=template).delete()
        else:
            NoticeChoice.objects.update_or_create(user=user, notice=template, defaults={"how": how})


def how_for(template: str, addresses: list[str]) -> dict[str, str]:
    """Who of these addresses chose something else than "at once" for this e-mail, and what."""
    if not may_choose(template):
        return {}
    held = NoticeChoice.objects.filter(notice=template, user__email__in=addresses)
    return dict(held.values_list("user__email", "how"))

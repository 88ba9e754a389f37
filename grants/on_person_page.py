"""What the money's road adds to a person's page: the way to their grant, or to the application on its way."""

from collections.abc import Iterable
from typing import Any

from focus_people.models import FocusPerson
from focus_people.person_page import PersonLink

from .models import Application, Grant


def links(user: Any, person: FocusPerson) -> Iterable[PersonLink]:
    """Buttons to the newest application and the newest grant, each where `user` may open it; an application
    that became the grant is not named again."""
    application = Application.objects.visible_to(user).filter(person=person).order_by("-pk").first()
    grant = (
        Grant.objects.visible_to(user)
        .filter(application__person=person)
        .order_by("-pk")
        .select_related("application")
        .first()
    )
    if grant:
        yield PersonLink("", "", "Grant", grant.get_absolute_url(), is_act=True)
    if application and (grant is None or grant.application_id != application.pk):
        yield PersonLink("", "", "Application", application.get_absolute_url(), is_act=True)

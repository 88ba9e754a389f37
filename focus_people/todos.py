"""What focus people's records ask of people: the tasks on "Your work"."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.enums import TeamRole
from accounts.worklist import Todo

from .models import KeptWords


def for_staff(user: Any) -> Iterator[Todo]:
    """Officers and programme leads: words that stay and that nobody has looked at."""
    if not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return
    if waiting := KeptWords.objects.visible_to(user).not_looked_at().count():
        one = waiting == 1
        yield Todo(
            title=f"{waiting} text{'' if one else 's'} may say who somebody is",
            url=reverse("kept-words"),
            action="Look at what stays",
            detail="Their writers say why the words stay.",
        )

"""Who may do what with the experience survey. The host stands outside: holds no other role of the programme
and belongs to no organisation. Programme leads answer for what is done about the results."""

from collections.abc import Callable
from typing import Any

from accounts.enums import TeamRole


def is_host(user: Any) -> bool:
    """A survey host without any other role, in no organisation."""
    return user.team_roles == {TeamRole.SURVEY_HOST} and not user.organisation_roles


def can_host(user: Any, _: Any) -> bool:
    """Survey hosts who hold no other role and belong to no organisation."""
    return is_host(user)


def can_read(user: Any, _: Any) -> bool:
    """Survey hosts, officers and programme leads: counts from ten answers on, never an answer."""
    return is_host(user) or user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def can_improve(user: Any, _: Any) -> bool:
    """Programme leads: they answer for what is done about what people said."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


RULES: dict[str, Callable[[Any, Any], bool]] = {
    "outcomes.host_survey": can_host,
    "outcomes.read_survey": can_read,
    "outcomes.improve_survey": can_improve,
}

"""Who may assign, declare, open, score, see and conclude.

Three rules stand above the rest, and bind everybody, superusers and chairs too. Nobody with an
interest in a case opens anything of it (`has_conflict`). Interests come before content: a case opens
only from a seat whose holder has declared none (`can_open_case`). Nobody sees another's scores while
one is still to come (`visible_assessments`). The chair who concludes has not scored.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from accounts.enums import TeamRole
from grants.enums import ApplicationState
from grants.models import Application

from .enums import Seat
from .models import (
    AgendaItem,
    Assessment,
    Assignment,
    InterestEntry,
    Meeting,
    Panellist,
    Service,
)
from .querysets import PANEL, AssessmentQuerySet, cases_readable_by, conflict_of


def has_conflict(user: Any, application: Application) -> bool:
    """Whether everything about this case is closed to `user`.

    They belong to the applicant organisation, are employed there, have it in their register of
    interests (now or within three years), declared an interest in the case, or stood down from it.
    """
    return Application.objects.filter(conflict_of(user), pk=application.pk).exists()


def took_part(user: Any, application: Application) -> bool:
    """Whether `user` has or had a seat at this case, counted or not, or an interest in it: then they
    decide nothing of it in another role. People who were never on the panel cost one query, however
    many cases they are asked about."""
    if "was_on_panel" not in user.__dict__:
        user.__dict__["was_on_panel"] = Panellist.objects.filter(user=user).exists()
    if not user.__dict__["was_on_panel"]:
        return False
    held = Assignment.objects.filter(panellist__user=user, application=application)
    return held.exists() or has_conflict(user, application)


def own_cases(user: Any) -> Any:
    """References of the cases that `user` has an interest in, or scores while the panel has not concluded:
    other doors say no more of them than this one."""
    scores = Q(seats_given__panellist__user=user, state=ApplicationState.WITH_PANEL)
    return Application.objects.filter(conflict_of(user) | scores).values("reference")


def visible_assessments(user: Any, application: Application) -> AssessmentQuerySet:
    """The assessments of one case that `user` may see: the one answer to "who sees whose scores".

    Own always; the others only when every score that is waited for is in, and own is among them
    or `user` chairs the case; officers and programme leads once it is concluded; applicants never.
    """
    visible = Assessment.objects.visible_to(user)
    return visible.filter(assignment__application=application)


def own_seat(user: Any, application: Application) -> Assignment | None:
    """The seat of `user` at this case, in whatever state."""
    seats = Assignment.objects.filter(panellist__user=user, application=application)
    return seats.select_related("panellist", "application").first()


def _opening_seat(user: Any, application: Application, *seats: Seat) -> bool:
    if not user.is_team(*PANEL):
        return False
    held = Assignment.objects.opening().filter(panellist__user=user, application=application)
    if seats:
        held = held.filter(seat__in=seats)
    return held.exists()


def can_oversee(user: Any, application: Application) -> bool:
    """Chairs and programme leads without an interest: assign, and see how far a case is."""
    overseers = user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD)
    return overseers and not has_conflict(user, application)


def can_declare(user: Any, assignment: Assignment) -> bool:
    """The one who was asked, and nobody for them."""
    return assignment.panellist.user_id == user.pk and user.is_team(*PANEL)


def can_declare_as_chair(user: Any, application: Application) -> bool:
    """A chair who has no seat at the case yet."""
    return user.is_team(TeamRole.PANEL_CHAIR) and own_seat(user, application) is None


def can_stand_down(user: Any, assignment: Assignment) -> bool:
    """The one who holds the seat; for others, chairs and leads without an interest in the case."""
    if assignment.panellist.user_id == user.pk:
        return user.is_team(*PANEL)
    return can_oversee(user, assignment.application)


def can_open_case(user: Any, application: Application) -> bool:
    """From a seat that is declared, without interest and without a conflict in our records."""
    return _opening_seat(user, application)


def can_score(user: Any, assessment: Assessment) -> bool:
    """The owner of the sheet, while their seat opens the case."""
    seat = assessment.assignment
    return seat.panellist.user_id == user.pk and _opening_seat(user, seat.application, Seat.SCORER)


def can_view_assessment(user: Any, assessment: Assessment) -> bool:
    """As `visible_assessments` says."""
    return Assessment.objects.visible_to(user).filter(pk=assessment.pk).exists()


def can_view_scores(user: Any, application: Application) -> bool:
    """Everybody's scores on this case are open to `user`."""
    return cases_readable_by(user).filter(pk=application.pk).exists()


def can_change_score(user: Any, assessment: Assessment) -> bool:
    """In moderation, one's own."""
    return can_score(user, assessment) and can_view_scores(user, assessment.assignment.application)


def can_chair(user: Any, application: Application) -> bool:
    """The chair who declared no interest in the case and does not score it."""
    return user.is_team(TeamRole.PANEL_CHAIR) and _opening_seat(user, application, Seat.CHAIR)


def can_resolve(user: Any, application: Application) -> bool:
    """Who chairs the case, once every score is open to them."""
    return can_chair(user, application) and can_view_scores(user, application)


def can_keep_register(user: Any, panellist: Panellist) -> bool:
    """One's own register of interests."""
    return panellist.user_id == user.pk and user.is_team(*PANEL)


def can_strike_interest(user: Any, entry: InterestEntry) -> bool:
    """One's own entry."""
    return can_keep_register(user, entry.panellist)


def can_manage_panel(user: Any, _: Any) -> bool:
    """Programme leads say who sits on the panel, and in which seat."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


# --- meetings and payments -------------------------------------------------------------------------


def can_call_meeting(user: Any, _: Any) -> bool:
    """Chairs and programme leads."""
    return user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD)


def can_chair_meeting(user: Any, _: Meeting) -> bool:
    """Chairs."""
    return user.is_team(TeamRole.PANEL_CHAIR)


def can_send_apologies(user: Any, meeting: Meeting) -> bool:
    """Whoever is called to the meeting, for themselves."""
    return user.is_team(*PANEL) and meeting.attendances.filter(panellist__user=user).exists()


def can_order_item(user: Any, item: AgendaItem) -> bool:
    """Chairs and programme leads without an interest in the case."""
    return can_oversee(user, item.application)


def can_note_item(user: Any, item: AgendaItem) -> bool:
    """Who chairs the case, once every score is open to them."""
    return can_resolve(user, item.application)


def can_pay_participation(user: Any, service: Service) -> bool:
    """Somebody in finance, never for themselves."""
    return user.is_team(TeamRole.FINANCE) and service.panellist.user_id != user.pk


RULES: dict[str, Callable[[Any, Any], bool]] = {
    "panel.assign": can_oversee,
    "panel.oversee_case": can_oversee,
    "panel.declare": can_declare,
    "panel.declare_as_chair": can_declare_as_chair,
    "panel.stand_down": can_stand_down,
    "panel.open_case": can_open_case,
    "panel.score": can_score,
    "panel.view_assessment_page": can_view_assessment,
    "panel.view_scores": can_view_scores,
    "panel.change_own_score": can_change_score,
    "panel.chair_case": can_chair,
    "panel.resolve_flag": can_resolve,
    "panel.conclude": can_chair,
    "panel.write_note": can_chair,
    "panel.keep_register": can_keep_register,
    "panel.strike_interest": can_strike_interest,
    "panel.manage_panel": can_manage_panel,
    "panel.call_meeting": can_call_meeting,
    "panel.prepare_meeting": can_call_meeting,
    "panel.chair_meeting": can_chair_meeting,
    "panel.send_apologies": can_send_apologies,
    "panel.order_item": can_order_item,
    "panel.note_item": can_note_item,
    "panel.pay_participation": can_pay_participation,
}

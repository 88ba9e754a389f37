"""The e-mails of the money's road: who gets which, and which of them come at once whatever was chosen."""

from typing import Any

from accounts.enums import MemberRole, TeamRole
from accounts.notices import Notice


def _writes(user: Any) -> bool:
    return bool(user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR))


def _officer(user: Any) -> bool:
    return user.is_team(TeamRole.OFFICER)


def _lead(user: Any) -> bool:
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def _staff(user: Any) -> bool:
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def _finance(user: Any) -> bool:
    return user.is_team(TeamRole.FINANCE)


def _chair(user: Any) -> bool:
    return user.is_team(TeamRole.PANEL_CHAIR)


NOTICES = (
    # To the organisation.
    Notice("question_asked", "An officer asks a question, and the clock stops", _writes, True),
    Notice("not_eligible", "An application is not eligible", _writes, True),
    Notice("decision_made", "A decision is ready", _writes, True),
    Notice("appeal_answered", "An appeal is answered", _writes, True),
    Notice("offer_lapsed", "An offer has gone", _writes, True),
    Notice("grant_terminated", "A grant ends early", _writes, True),
    Notice("money_asked_back", "Money is asked back", _writes, True),
    Notice("state_corrected", "A wrong state was put right", _writes, True),
    Notice("application_received", "An application has arrived", _writes),
    Notice("fast_track_answered", "A request for the fast track is answered", _writes),
    Notice("late_allowed", "An application gets more time", _writes),
    Notice("offer_extended", "An offer is open for longer", _writes),
    Notice("message_written", "There is a message about a case", lambda u: _writes(u) or _staff(u)),
    Notice("payment_approved", "A payment is approved", _writes),
    Notice("payment_paid", "A payment is made", _writes),
    Notice("money_came_back", "Money that was paid back has come in", _writes),
    Notice("claim_accepted", "A claim is accepted", _writes),
    Notice("claim_returned", "A claim is sent back", _writes),
    Notice("change_answered", "A change is answered", _writes),
    Notice("life_event_settled", "What was agreed about a grant on hold", _writes),
    Notice("grant_reviewed", "A yearly review is written", _writes),
    Notice("grant_closed", "A grant is closed", _writes),
    # To the programme's people.
    Notice("application_waits", "An application waits for its check", _officer),
    Notice("reply_received", "A question is answered", _staff),
    Notice("application_withdrawn", "An application is withdrawn", _staff),
    Notice("offer_accepted", "An offer is accepted", _officer),
    Notice("offer_turned_down", "An offer is turned down", _staff),
    Notice("change_asked", "A change is asked for", _officer),
    Notice("life_event", "A grant is on hold", _officer),
    Notice("claim_submitted", "A claim is sent", _officer),
    Notice("payment_sent_back", "A payment is sent back", _officer),
    Notice("appeal_lodged", "An appeal is lodged", _staff, True),
    Notice("recommendation_received", "The panel has recommended", _lead),
    Notice("fast_track_asked", "The fast track is asked for", _lead, True),
    Notice("decision_to_release", "A decision waits to be released", _lead),
    Notice("payment_prepared", "A payment waits for approval", _finance),
    Notice("passed_to_panel", "A case is passed to the panel", _chair),
    Notice("scored_again", "A case is to be scored again", _chair),
)

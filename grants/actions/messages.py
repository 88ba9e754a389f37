"""A word on a case, which becomes part of the record: between the applicant and staff, for the panel, or
for staff alone. Mail says that there is one, never what it says.
"""

from django.db import transaction

from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..enums import MessageFor
from ..models import Application, Message
from ..readiness import identifier_sentences


@transaction.atomic
def write_message(
    application: Application, *, by: User, words: str, read_by: str = MessageFor.APPLICANT
) -> Application:
    """Write a word on a case. What the organisation writes is read by itself and staff, whatever was asked.

    Raises `NotReady` for words that could identify somebody, and before the application was sent.
    """
    application = locked(application)
    permitted(by, "grants.write_message", application)
    ready(application, "write_message")
    is_theirs = by.is_in(application.organisation_id)
    read_by = MessageFor.APPLICANT if is_theirs else MessageFor(read_by)
    if sentences := identifier_sentences(words):
        raise NotReady(sentences)
    number = application.messages.count() + 1
    Message.objects.create(
        application=application, number=number, read_by=read_by, words=words, written_by=by
    )
    record("application.message", application, by=by, shown_to=str(read_by), message=number)
    if read_by != MessageFor.APPLICANT:
        return application
    if not is_theirs:
        to = member_addresses(application.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    elif application.case_officer is not None:
        to = [application.case_officer.email]
    else:
        to = team_addresses(TeamRole.OFFICER)
    post(
        "message_written",
        to=[address for address in to if address != by.email],
        key=f"application.message:{application.reference}:{number}",
        application=application,
    )
    return application

"""Messages with three visibilities, an application used again, the whole of it to take away, and deadlines
as a calendar."""

import io
import json
import zipfile
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage, User
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from grants import actions, workflow
from grants.calendar_address import owner_of, token_of
from grants.enums import ApplicationState as S
from grants.enums import GrantState, LineVerdict, MessageFor
from grants.models import Application, Message
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff, user
from tests.factories.awards import decided, grant_at, recommended, released
from tests.factories.focus_people import heron
from tests.factories.grants import (
    DECLARATIONS,
    application_at,
    picture,
    programme_and_round,
    quote_for,
)

pytestmark = pytest.mark.django_db

SAID = {
    MessageFor.APPLICANT: "Please look at line seven again",
    MessageFor.PANEL: "The trainer is known to two of us",
    MessageFor.STAFF: "Second bid of this kind this month",
}


# Messages ----------------------------------------------------------------------------------------


def test_each_message_is_read_by_those_it_is_for():
    case = application_at(S.IN_CHECK)
    one = staff(TeamRole.OFFICER)
    for read_by, words in SAID.items():
        actions.write_message(case, by=one, words=words, read_by=read_by)
    url = case.get_absolute_url()
    seen = {
        kind: {words for words in SAID.values() if words in page.get(url).content.decode()}
        for kind, page in (
            ("lead", signed_in(lead_of(case.organisation))),
            ("helper", signed_in(member(case.organisation, MemberRole.HELPER))),
            ("officer", signed_in(staff(TeamRole.OFFICER))),
        )
    }
    mine = {SAID[MessageFor.APPLICANT]}
    assert seen == {"lead": mine, "helper": mine, "officer": set(SAID.values())}
    api = f"/api/v1{url}"
    theirs = signed_in(lead_of(case.organisation)).get(api).json()["messages"]
    assert [row["words"] for row in theirs] == list(mine)
    everything = signed_in(one).get(api).json()["messages"]
    assert [row["words"] for row in everything] == list(SAID.values())
    # Only the one for the applicant is announced, and the mail says nothing of it.
    mail = OutboxMessage.objects.filter(subject__contains="A message about")
    assert {m.to for m in mail} == {lead_of(case.organisation).email}
    assert not any(words in m.body for m in mail for words in SAID.values())


def test_what_the_organisation_writes_is_never_an_internal_note():
    case = application_at(S.IN_CHECK)
    lead = lead_of(case.organisation)
    actions.write_message(case, by=lead, words="Here it is", read_by=MessageFor.STAFF)
    assert Message.objects.get().read_by == MessageFor.APPLICANT
    to = OutboxMessage.objects.get(subject__contains="A message about").to
    assert to == Application.objects.get(pk=case.pk).case_officer.email
    with pytest.raises(TypeError):
        Message.objects.get().save()


def test_who_may_write_and_when():
    sent, draft = application_at(S.SUBMITTED), application_at(S.DRAFT)
    insider = staff(TeamRole.OFFICER)
    sent.organisation.memberships.create(user=insider, role=MemberRole.HELPER)
    people = {
        "lead": lead_of(sent.organisation),
        "contributor": member(sent.organisation),
        "helper": member(sent.organisation, MemberRole.HELPER),
        "insider": insider,
        "other": lead_of(organisation()),
        "newcomer": user(),
        **{role.value: staff(role) for role in TeamRole},
    }
    may = {
        kind
        for kind, who in people.items()
        if "message" in {verb.name for verb in offered(who, sent)}
    }
    assert may == {"lead", "contributor", "officer", "programme_lead"}
    for kind, who in people.items():
        if kind not in may:
            with pytest.raises(NotAllowed):
                actions.write_message(sent, by=who, words="Hello")
    with pytest.raises(NotReady, match="once the application is sent"):
        actions.write_message(draft, by=lead_of(draft.organisation), words="Hello")
    with pytest.raises(NotReady, match="NHS number"):
        actions.write_message(sent, by=people["lead"], words="NHS number 943 476 5919")


def test_a_message_from_the_page_stands_on_the_grant_too():
    grant = grant_at(GrantState.AGREED)
    lead, one = lead_of(grant.organisation), staff(TeamRole.OFFICER)
    url = f"/applications/{grant.reference}/message/"
    wrong = signed_in(one).post(url, {"words": "", "read_by": "everybody"})
    assert "Write your message" in wrong.content.decode()
    assert "Choose who reads it from the list" in wrong.content.decode()
    signed_in(one).post(url, {"words": "Internal word", "read_by": "staff"})
    signed_in(lead).post(url, {"words": "From the home"})
    page = signed_in(lead).get(grant.get_absolute_url()).content.decode()
    assert "From the home" in page
    assert "Internal word" not in page
    staff_page = signed_in(one).get(grant.get_absolute_url()).content.decode()
    assert "From the home" in staff_page
    assert "Internal word" in staff_page


# An application used again -----------------------------------------------------------------------


def test_a_copy_for_the_same_person_in_a_later_round():
    first = application_at(S.INELIGIBLE)
    lead = lead_of(first.organisation)
    later = programme_and_round()
    page = signed_in(lead)
    sent = page.post(
        f"{first.get_absolute_url()}copy/",
        {"round": later.reference, "person": first.person.reference},
    )
    made = Application.objects.get(round=later)
    assert sent.url == made.get_absolute_url()
    assert made.state == S.DRAFT
    assert made.figures.requested == first.figures.requested
    texts = dict(first.answers.values_list("question__number", "text"))
    assert dict(made.answers.values_list("question__number", "text")) == texts
    assert list(made.needs.order_by("pk")) == list(first.needs.order_by("pk"))
    assert [o.words for o in made.outcomes.order_by("number")] == [
        o.words for o in first.outcomes.order_by("number")
    ]
    for old, new in zip(first.lines.order_by("number"), made.lines.order_by("number"), strict=True):
        assert (new.description, new.total, new.verdict) == (old.description, old.total, "open")
        assert set(new.needs.all()) == set(old.needs.all())
    assert (made.declarations, made.findings.count(), made.documents.count()) == ([], 0, 0)


def test_a_copy_for_somebody_else_waits_for_their_needs():
    first = application_at(S.SUBMITTED)
    lead = lead_of(first.organisation)
    somebody = heron(first.organisation, lead, alias="")
    made = workflow.copy_application(first, by=lead, round=first.round, person=somebody)
    assert made.needs.count() == 0
    assert not any(line.needs.exists() for line in made.lines.all())
    assert any("names no need" in said for said in made.submit_blockers())
    with pytest.raises(NotReady, match="has an application in this round"):
        workflow.copy_application(first, by=lead, round=first.round, person=first.person)
    another = organisation()
    stranger = heron(another, lead_of(another), alias="")
    with pytest.raises(ValueError, match="another organisation"):
        workflow.copy_application(first, by=lead, round=first.round, person=stranger)
    for who in (member(first.organisation, MemberRole.HELPER), staff(TeamRole.OFFICER)):
        with pytest.raises(NotAllowed):
            workflow.copy_application(first, by=who, round=first.round, person=somebody)


# To take away ------------------------------------------------------------------------------------


def test_the_whole_of_it_to_take_away():
    draft = application_at(S.DRAFT)
    lead = lead_of(draft.organisation)
    quote = quote_for(draft.lines.get(number=1))
    case = workflow.submit(draft, by=lead, declarations=DECLARATIONS)
    answer = signed_in(lead).get(f"{case.get_absolute_url()}download/")
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert set(archive.namelist()) == {
        f"{case.reference}.html",
        f"{case.reference}.json",
        f"documents/01 {quote.file_name}",
    }
    page = archive.read(f"{case.reference}.html").decode()
    for words in ("Loves water", "£7,987.20", "PBS practitioner", "Sent"):
        assert words in page
    data = json.loads(archive.read(f"{case.reference}.json"))
    assert (data["requested"], data["eligible"]) == ("7987.20", "7762.20")


def test_a_download_holds_no_more_than_its_reader_may_see():
    case = recommended()
    one = staff(TeamRole.OFFICER)
    actions.write_message(case, by=one, words="Internal word", read_by=MessageFor.STAFF)

    def page_of(who):
        answer = signed_in(who).get(f"{case.get_absolute_url()}download/")
        content = io.BytesIO(b"".join(answer.streaming_content))
        return zipfile.ZipFile(content).read(f"{case.reference}.html").decode()

    theirs, ours = page_of(lead_of(case.organisation)), page_of(one)
    for secret in ("Internal word", "The panel has recommended"):
        assert secret not in theirs
        assert secret in ours
    assert LineVerdict.ACCEPTED.label in theirs
    for who in (lead_of(organisation()), staff(TeamRole.FUNDER), user()):
        assert signed_in(who).get(f"{case.get_absolute_url()}download/").status_code == 404


def test_a_reply_in_draft_is_its_writers_alone():
    case = application_at(S.RETURNED)
    lead = lead_of(case.organisation)
    asked = case.clarifications.get()
    actions.save_reply(asked, by=lead, text="A word not sent yet")
    found = {}
    for kind, who in (("lead", lead), ("officer", staff(TeamRole.OFFICER))):
        answer = signed_in(who).get(f"{case.get_absolute_url()}download/")
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        found[kind] = any(
            "A word not sent yet" in archive.read(n).decode() for n in archive.namelist()
        )
    assert found == {"lead": True, "officer": False}


# A calendar --------------------------------------------------------------------------------------


def test_a_calendar_holds_days_and_names_nobody():
    held = programme_and_round()
    draft = application_at(S.DRAFT, round=held)
    lead = lead_of(draft.organisation)
    due = [todo for todo in todos(lead) if todo.due_on]
    assert due
    signed_out = Client()
    answer = signed_out.get(f"/calendar/{token_of(lead)}/")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == len(due)
    assert f"DTSTART;VALUE=DATE:{held.last_day:%Y%m%d}" in text
    assert draft.reference in text.replace("\r\n ", "")
    for secret in (draft.person.alias, draft.organisation.name, lead.email):
        assert secret not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    page = signed_in(lead).get("/calendar/").content.decode()
    assert token_of(lead) in page


def test_an_address_ends_with_the_password_and_cannot_be_made_up():
    lead = lead_of(organisation())
    address = token_of(lead)
    assert owner_of(address) == lead
    for false in ("", "x", f"{address}x", address[:-1], token_of(user())[:-3] + address[-3:]):
        assert owner_of(false) is None
        if false:
            assert Client().get(f"/calendar/{false}/").status_code == 404
    lead.set_password("another long password")
    lead.save()
    assert owner_of(address) is None
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert owner_of(token_of(User.objects.get(pk=lead.pk))) is None


# Lists -------------------------------------------------------------------------------------------


def test_new_lists_take_the_same_number_of_queries_for_one_row_and_for_three():
    """Appeals, changes and documents, on their pages and in the API; none takes more than fifteen."""
    held, lead_one = programme_and_round(), staff(TeamRole.OFFICER)
    one = organisation()
    grants = []

    def add():
        case = released(decided(recommended(round=held, organisation=one)))
        lead = lead_of(one)
        workflow.appeal(case, by=lead, ground="fact", words="Line 4 was misread")
        numbers = case.grant.conditions.values_list("number", flat=True)
        grant = workflow.accept_offer(case.grant, by=lead, acknowledged=list(numbers))
        lines = {1: Decimal("1800.00"), 3: Decimal("950.00")}
        workflow.move_money(grant, by=lead, lines=lines, reason="Dearer")
        grants.append(grant)

    def counted(who, url):
        client = signed_in(who)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    add()
    lead = lead_of(one)
    case = grants[0].application
    pages = [
        (who, url)
        for who in (lead_one, lead)
        for url in ("/appeals/", "/api/v1/appeals/", "/api/v1/changes/")
    ]
    documents = (lead, f"/applications/{case.reference}/documents/")
    actions.add_document(case, by=lead, content=picture("red"))
    before = [counted(*page) for page in (*pages, documents)]
    assert max(before) <= 15, before
    for colour in ("green", "blue"):
        add()
        actions.add_document(case, by=lead, content=picture(colour))
    assert [counted(*page) for page in (*pages, documents)] == before

"""The meeting: who may do what when, the agenda, the shared screen, the minutes; and that nobody with an
interest in a case finds a trace of it in any of them."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotAllowed, NotReady
from grants.models import Application, Recommendation
from panel import workflow
from panel.enums import AttendanceKind
from panel.models import AgendaItem, Meeting, Minutes, MinutesOfCase
from panel.papers import minutes_pdf
from panel.reports.meetings import agenda_of, out_of_the_room, ready_to_meet_on, shown_now
from panel.reports.minutes import CLOSED, document_of, minutes_of
from panel.rules import has_conflict
from tests.factories.accounts import organisation, staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.panel import (
    assigned,
    chaired,
    concluded,
    declared,
    meeting,
    met,
    panellist,
    scored,
    submitted,
)

pytestmark = pytest.mark.django_db
D = Decimal
ALIAS = ("SWIFT", "ROBIN", "WREN")


class Panel:
    """Three cases of one round: concluded, in moderation, and one in which `torn` (a chair) and `kin` (a
    member who scored the others) have an interest. `chair` chairs them all."""

    def __init__(self):
        self.lead = staff(TeamRole.PROGRAMME_LEAD)
        self.round = programme_and_round(by=self.lead)
        self.members = [panellist(name=f"Member {n}", lived=n == 0) for n in range(3)]
        self.kin = panellist(name="Kin member", lived=True)
        self.chair = panellist(chair=True, name="Chair")
        self.torn = panellist(chair=True, name="Torn chair")
        self.done, self.open, self.hidden = (
            application_at("with_panel", round=self.round) for _ in range(3)
        )
        everybody = [*self.members, self.kin]
        concluded(self.done, chair=self.chair.user, panellists=everybody, scores=SCORES)
        scored(self.open, SCORES, panellists=everybody)
        chaired(self.open, self.chair.user)
        concluded(self.hidden, chair=self.chair.user, panellists=self.members)
        for one in (self.torn, self.kin):
            one.employer = self.hidden.organisation
            one.save()

    @property
    def cases(self):
        return [self.done, self.hidden, self.open]


SCORES = ((5, 4, 4, 4, 4, 4, 3), (4, 4, 5, 3, 4, 3, 3), (5, 4, 4, 4, 3, 4, 4), (4,) * 7)


def page_of(client, address):
    """The page without the token of its own that each answer carries."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]*"', "", client.get(address).content.decode()
    )


def seen(held, person):
    """The cases of the agenda as somebody sees them."""
    return [row.item.application for row in agenda_of(held, person)]


# --- verbs ------------------------------------------------------------------------------------------


def test_calling_a_meeting_calls_the_panel_and_puts_ready_cases_on_the_agenda():
    here = Panel()
    held = meeting(here.round, by=here.chair.user)

    assert {a.panellist for a in held.attendances.all()} == {
        *here.members,
        here.kin,
        here.chair,
        here.torn,
    }
    assert set(seen(held, here.chair.user)) == set(here.cases)
    told = OutboxMessage.objects.filter(dedupe_key__startswith="meeting.called:")
    assert told.count() == 6
    for case in here.cases:
        assert not told.filter(body__contains=case.reference).exists()


def test_a_case_whose_scores_are_not_in_does_not_come_onto_an_agenda():
    here = Panel()
    waiting = application_at("with_panel", round=here.round)
    assigned(waiting, here.members)

    assert waiting not in [c.application for c in ready_to_meet_on(here.chair.user, here.round)]
    with pytest.raises(NotReady):
        meeting(here.round, by=here.chair.user, cases=[waiting])
    assert not Meeting.objects.exists()


def test_a_case_in_which_one_has_an_interest_is_refused_in_the_words_of_any_other():
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=[here.done])
    for case in (here.hidden, application_at("with_panel", round=here.round)):
        with pytest.raises(NotReady) as refused:
            workflow.put_on_agenda(held, by=here.torn.user, cases=[case])
        assert refused.value.blockers == [f"{case.reference} cannot come onto the agenda now."]


STATES = ("called", "under_way", "ended", "minuted")
# Which verb stands in which state: the whole table.
ALLOWED = {
    "open": {"called"},
    "show": {"under_way"},
    "agenda": {"called", "under_way"},
    "attendance": {"called", "under_way", "ended"},
    "apologies": {"called", "under_way"},
    "end": {"under_way"},
    "approve": {"ended"},
    "note": {"under_way", "ended"},
    "earlier": {"called", "under_way"},
    "take-off": {"called", "under_way"},
}
WHO = {
    "open": {"chair"},
    "show": {"chair"},
    "agenda": {"chair", "lead"},
    "attendance": {"chair", "lead"},
    "apologies": {"chair", "member"},
    "end": {"chair"},
    "approve": {"chair"},
    "note": {"chair"},
    "earlier": {"chair", "lead"},
    "take-off": {"chair", "lead"},
}


def at_state(here, state):
    held = meeting(here.round, by=here.chair.user, cases=[here.done, here.hidden])
    workflow.note_attendance(
        held, by=here.chair.user, kinds={here.chair.pk: AttendanceKind.PRESENT}
    )
    if state in STATES[1:]:
        held = workflow.open_meeting(held, by=here.chair.user)
    if state in STATES[2:]:
        held = workflow.end_meeting(held, by=here.chair.user)
    if state == "minuted":
        held = workflow.approve_minutes(held, by=here.chair.user)
    return held


def do(verb, held, by, here):
    item = held.items.get(application=here.done)
    return {
        "open": lambda: workflow.open_meeting(held, by=by),
        "show": lambda: workflow.show_case(held, by=by, case=item.reference),
        "agenda": lambda: workflow.put_on_agenda(held, by=by, cases=[here.open]),
        "attendance": lambda: workflow.note_attendance(held, by=by, kinds={}),
        "apologies": lambda: workflow.send_apologies(held, by=by),
        "end": lambda: workflow.end_meeting(held, by=by),
        "approve": lambda: workflow.approve_minutes(held, by=by),
        "note": lambda: workflow.note_item(item, by=by, note="Said"),
        "earlier": lambda: workflow.move_earlier(item, by=by),
        "take-off": lambda: workflow.take_off(item, by=by),
    }[verb]()


def test_every_verb_in_every_state_by_everybody():
    from django.db import transaction

    here = Panel()
    people = {
        "chair": here.chair.user,
        "member": here.members[0].user,
        "lead": here.lead,
        "officer": staff(TeamRole.OFFICER),
    }
    found = {}
    for state in STATES:
        with transaction.atomic():
            held = at_state(here, state)
            for verb in ALLOWED:
                for role, who in people.items():
                    with transaction.atomic():
                        try:
                            do(verb, held, who, here)
                            found[state, verb, role] = "done"
                        except NotAllowed:
                            found[state, verb, role] = "not allowed"
                        except NotReady:
                            found[state, verb, role] = "not ready"
                        transaction.set_rollback(True)
            transaction.set_rollback(True)
    expected = {
        (state, verb, role): "not allowed"
        if role not in WHO[verb]
        else ("done" if state in ALLOWED[verb] else "not ready")
        for state in STATES
        for verb in ALLOWED
        for role in people
    }
    assert found == expected


def test_a_meeting_does_not_start_before_its_day():
    here = Panel()
    held = meeting(here.round, by=here.chair.user, held_on=clock.today() + timedelta(days=1))
    with pytest.raises(NotReady) as refused:
        workflow.open_meeting(held, by=here.chair.user)
    assert refused.value.blockers == ["The day of the meeting has not come yet."]


def test_a_case_that_the_meeting_has_taken_stays_on_its_agenda():
    here = Panel()
    held = meeting(here.round, by=here.chair.user)
    workflow.open_meeting(held, by=here.chair.user)
    item = held.items.get(application=here.done)
    workflow.show_case(held, by=here.chair.user, case=item.reference)
    item.refresh_from_db()
    with pytest.raises(NotReady):
        workflow.take_off(item, by=here.chair.user)


def test_cases_change_places_with_the_neighbour_that_one_sees():
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    workflow.move_earlier(held.items.get(application=here.open), by=here.torn.user)

    assert seen(held, here.torn.user) == [here.open, here.done]
    assert seen(held, here.chair.user) == [here.open, here.hidden, here.done]


# --- blindness --------------------------------------------------------------------------------------


def test_nobody_sees_a_case_of_their_interest_on_the_agenda_nor_a_gap_in_it():
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    for who in (here.torn.user, here.kin.user):
        rows = agenda_of(held, who)
        assert [row.item.application for row in rows] == [here.done, here.open]
        assert [row.number for row in rows] == [1, 2]
    elsewhere = panellist(name="Not in it")
    assert not Meeting.objects.visible_to(elsewhere.user).exists()


def test_the_screen_of_whoever_has_an_interest_is_that_of_between_two_cases(client):
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    held = workflow.open_meeting(held, by=here.chair.user)
    address = f"/panel/meetings/{held.reference}/screen/"

    def screen(person):
        client.force_login(person.user)
        return page_of(client, address)

    between = {who.pk: screen(who) for who in (here.kin, here.torn, here.members[1])}
    workflow.show_case(
        held, by=here.chair.user, case=held.items.get(application=here.hidden).reference
    )
    assert screen(here.kin) == between[here.kin.pk]
    assert screen(here.torn) == between[here.torn.pk]
    assert here.hidden.reference in screen(here.members[1])
    assert "80.33" in screen(here.members[1])


def test_a_late_interest_blanks_the_screen_by_itself(client):
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    held = workflow.open_meeting(held, by=here.chair.user)
    who = here.members[1]
    client.force_login(who.user)
    address = f"/panel/meetings/{held.reference}/screen/"
    between = page_of(client, address)
    workflow.show_case(
        held, by=here.chair.user, case=held.items.get(application=here.open).reference
    )
    assert here.open.reference in client.get(address).content.decode()

    workflow.declare_late(
        here.open.seats_given.get(panellist=who), by=who.user, kind="personal", reason="A cousin"
    )

    assert page_of(client, address) == between
    assert here.open not in seen(held, who.user)


def test_the_screen_follows_with_and_without_scripts(client):
    here = Panel()
    held = workflow.open_meeting(meeting(here.round, by=here.chair.user), by=here.chair.user)
    client.force_login(here.members[0].user)
    page = client.get(f"/panel/meetings/{held.reference}/screen/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'data-follow="2"' in page


def test_scores_on_the_screen_only_for_those_to_whom_they_are_open():
    here = Panel()
    late = panellist(name="Late member")
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    held = workflow.open_meeting(held, by=here.chair.user)
    held = workflow.show_case(
        held, by=here.chair.user, case=held.items.get(application=here.open).reference
    )
    assert shown_now(held, here.members[0].user).scores is not None
    assert shown_now(held, here.lead).scores is None  # leads read after the conclusion

    (seat,) = assigned(here.open, [late])
    assert shown_now(held, here.members[0].user).scores is None  # one sheet is missing again
    assert shown_now(held, here.chair.user).scores is None
    submitted(declared(seat))
    assert shown_now(held, here.members[0].user).scores is not None


def test_only_who_chairs_a_case_notes_what_was_said_about_it():
    here = Panel()
    held = workflow.open_meeting(meeting(here.round, by=here.chair.user), by=here.chair.user)
    item = held.items.get(application=here.hidden)
    for who in (here.torn.user, here.members[0].user, here.lead):
        with pytest.raises(NotAllowed):
            workflow.note_item(item, by=who, note="x")
    assert workflow.note_item(item, by=here.chair.user, note="Said").note == "Said"


def test_recusals_follow_from_the_same_records_as_the_rule():
    here = Panel()
    people = [*here.members, here.kin, here.chair, here.torn]
    parent = organisation()
    here.open.organisation.parent = parent
    here.open.organisation.save()
    here.members[2].employer = parent
    here.members[2].save()
    out = out_of_the_room(people, here.cases)
    assert {case: {p.pk for p in out[case.pk]} for case in here.cases} == {
        case: {p.pk for p in people if has_conflict(p.user, case)} for case in here.cases
    }
    assert {p.pk for p in out[here.open.pk]} == {here.members[2].pk}


# --- minutes ----------------------------------------------------------------------------------------


def test_the_minutes_are_written_from_the_record():
    here = Panel()
    held = met(here.round, chair=here.chair.user, cases=here.cases)
    shown = minutes_of(Meeting.objects.get(pk=held.pk), here.chair.user)

    assert [item.reference for item in shown.items] == [c.reference for c in here.cases]
    first = shown.items[0]
    assert first.note == "The panel weighed up the timetable."
    said = Recommendation.objects.get(application=here.done)
    assert (first.score, first.amount, first.reasons) == (said.score, said.amount, said.reasons)
    assert shown.items[2].recommended == "Not concluded"
    assert shown.items[1].out == ("Kin member", "Torn chair")
    assert shown.items[0].out == ()
    assert set(shown.present) == {
        "Member 0",
        "Member 1",
        "Member 2",
        "Kin member",
        "Chair",
        "Torn chair",
    }


def test_minutes_leave_out_what_a_reader_may_not_see():
    here = Panel()
    held = met(here.round, chair=here.chair.user, cases=here.cases)
    held = Meeting.objects.get(pk=held.pk)

    def cases(person):
        return [item.reference for item in minutes_of(held, person).items]

    assert cases(here.kin.user) == [here.done.reference, here.open.reference]
    assert cases(here.torn.user) == []  # a chair who declared on none of them
    assert cases(here.lead) == [here.done.reference, here.hidden.reference]
    assert all(item.out is None for item in minutes_of(held, here.kin.user).items)
    ranked = [place.reference for place in minutes_of(held, here.kin.user).ranking.places]
    assert ranked == [here.done.reference]


def test_the_line_in_ones_minutes_does_not_tell_of_a_hidden_case():
    """A case that one may not see takes no money in the ranking that one reads."""
    here = Panel()
    QuerySet(Recommendation).filter(application=here.hidden).update(
        score=D("99.00"), amount=here.round.left
    )
    held = Meeting.objects.get(
        pk=met(here.round, chair=here.chair.user, cases=[here.done, here.hidden]).pk
    )
    read = {p.reference: p.words for p in minutes_of(held, here.chair.user).ranking.places}
    assert read[here.done.reference].startswith("Reserve")
    assert [p.reference for p in minutes_of(held, here.chair.user).reserve] == [here.done.reference]
    own = {p.reference: p.words for p in minutes_of(held, here.kin.user).ranking.places}
    assert own == {here.done.reference: "In full"}
    assert minutes_of(held, here.kin.user).reserve == []


def test_approved_minutes_stay_as_they_are_whatever_moves_on():
    here = Panel()
    held = met(here.round, chair=here.chair.user, cases=here.cases)
    before = list(MinutesOfCase.objects.order_by("pk").values_list("content", flat=True))
    concluded(here.open, chair=here.chair.user)
    QuerySet(Recommendation).filter(application=here.done).update(score=D("1.00"))

    held = Meeting.objects.get(pk=held.pk)
    items = {item.reference: item for item in minutes_of(held, here.chair.user).items}
    assert items[here.open.reference].recommended == "Not concluded"
    assert items[here.done.reference].score != D("1.00")
    assert list(MinutesOfCase.objects.order_by("pk").values_list("content", flat=True)) == before
    for model in (Minutes, MinutesOfCase):
        with pytest.raises(TypeError):
            model.objects.first().save()
        with pytest.raises(TypeError):
            model.objects.all().delete()


def test_an_interest_declared_after_the_approval_closes_the_frozen_minutes_too():
    here = Panel()
    held = Meeting.objects.get(pk=met(here.round, chair=here.chair.user, cases=here.cases).pk)
    who = here.members[0]
    assert here.done.reference in [i.reference for i in minutes_of(held, who.user).items]
    workflow.declare_late(
        here.done.seats_given.get(panellist=who), by=who.user, kind="personal", reason="A cousin"
    )
    assert here.done.reference not in [i.reference for i in minutes_of(held, who.user).items]


@pytest.mark.parametrize("is_approved", [False, True])
def test_a_case_whose_scores_closed_again_stands_in_the_minutes_with_that_said(client, is_approved):
    """Two of four recused themselves after the meeting took it: nobody reads a word of its scores."""
    here = Panel()
    held = Meeting.objects.get(pk=met(here.round, chair=here.chair.user, cases=here.cases).pk)
    note = held.items.get(application=here.open).note
    assert note
    if not is_approved:
        QuerySet(MinutesOfCase).filter(minutes__meeting=held)._raw_delete("default")
        QuerySet(Minutes).filter(meeting=held)._raw_delete("default")
        held = Meeting.objects.get(pk=held.pk)
    for one in here.members[1:]:
        workflow.declare_late(
            here.open.seats_given.get(panellist=one),
            by=one.user,
            kind="personal",
            reason="A cousin",
        )
    for reader, cases in (
        (here.chair.user, [here.done, here.hidden, here.open]),
        (here.members[0].user, [here.done, here.hidden, here.open]),
        (here.kin.user, [here.done, here.open]),
        (here.lead, [here.done, here.hidden, here.open]),
        (here.members[1].user, [here.done, here.hidden]),
    ):
        items = {item.reference: item for item in minutes_of(held, reader).items}
        assert list(items) == [case.reference for case in cases]
        if here.open not in cases:
            continue
        item = items[here.open.reference]
        assert (item.closed, item.note, item.flags, item.score) == (CLOSED, "", (), None)
        client.force_login(reader)
        page = page_of(client, f"{held.get_absolute_url()}minutes/")
        assert CLOSED.split(":")[0] in page
        assert page.count(note) == len(cases) - 1
        # Nothing is said of its recommendation either, on the page or on paper: it is not "not concluded".
        assert page.count("The panel recommends:") == len(cases) - 1
        on_paper = document_of(minutes_of(held, reader))["items"]
        assert [bool(i["recommended"]) for i in on_paper] == [c != here.open for c in cases]


def test_minutes_as_pdf_hold_what_the_page_holds_and_are_the_same_bytes_twice():
    here = Panel()
    held = Meeting.objects.get(pk=met(here.round, chair=here.chair.user, cases=here.cases).pk)
    one, two = (minutes_pdf(minutes_of(held, here.chair.user)) for _ in range(2))
    assert one == two
    assert one.startswith(b"%PDF-")
    assert minutes_pdf(minutes_of(held, here.kin.user)) != one


# --- pages ------------------------------------------------------------------------------------------


def test_the_chair_runs_a_meeting_through_its_pages(client):
    here = Panel()
    client.force_login(here.chair.user)
    day = clock.today()
    answer = client.post(
        "/panel/meetings/call/",
        {
            "round": here.round.reference,
            "held_on_day": day.day,
            "held_on_month": day.month,
            "held_on_year": day.year,
            "place": "Room 2",
        },
    )
    held = Meeting.objects.get()
    where = held.get_absolute_url()
    assert answer["Location"] == where
    assert held.items.count() == 3
    client.post(f"{where}open/")
    item = held.items.get(application=here.open)
    client.post(f"{where}show/", {"case": item.reference})
    client.post(f"{item.get_absolute_url()}note/", {"note": "The family spoke for it."})
    client.post(f"{where}attendance/", {here.chair.reference: "present"})
    page = client.get(where).content.decode()
    assert "on every screen now" in page
    client.post(f"{where}end/")
    client.post(f"{where}approve/")
    held.refresh_from_db()
    assert held.state == "minuted"
    text = client.get(f"{where}minutes/").content.decode()
    assert "The family spoke for it." in text
    pdf = client.get(f"{where}minutes/?format=pdf")
    assert pdf["Content-Type"] == "application/pdf"


def test_two_who_note_at_once_learn_of_each_other(client):
    here = Panel()
    held = workflow.open_meeting(meeting(here.round, by=here.chair.user), by=here.chair.user)
    item = held.items.get(application=here.open)
    client.force_login(here.chair.user)
    address = f"{item.get_absolute_url()}note/"
    page = client.get(address)
    opened = page.context["form"].opened_value
    workflow.note_item(item, by=here.chair.user, note="From another tab")

    answer = client.post(address, {"note": "From this tab", "opened": opened})

    assert "From another tab" in answer.content.decode()
    item.refresh_from_db()
    assert item.note == "From another tab"


def test_pages_of_a_meeting_ask_the_same_for_one_case_and_for_three(
    client, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    here = Panel()
    one = met(here.round, chair=here.chair.user, cases=[here.done], approve=False)
    three = met(here.round, chair=here.chair.user, cases=here.cases, approve=False)
    client.force_login(here.chair.user)
    for page in ("", "minutes/"):
        asked = []
        for held in (one, three):
            client.get(f"{held.get_absolute_url()}{page}")
            with CaptureQueriesContext(
                connection,
            ) as found:
                client.get(f"{held.get_absolute_url()}{page}")
            asked.append(len(found))
        assert asked[0] == asked[1], page


def test_sheets_of_a_case_of_interest_do_not_open_from_the_agenda(client):
    here = Panel()
    held = meeting(here.round, by=here.chair.user, cases=here.cases)
    item = held.items.get(application=here.hidden)
    for who in (here.torn, here.kin):
        client.force_login(who.user)
        for verb in ("", "note/", "earlier/", "take-off/"):
            assert client.get(f"{item.get_absolute_url()}{verb}").status_code == 404
        page = client.get(held.get_absolute_url()).content.decode()
        assert here.hidden.reference not in page
    assert AgendaItem.objects.filter(pk=item.pk).exists()
    assert Application.objects.filter(pk=here.hidden.pk).exists()

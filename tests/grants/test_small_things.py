"""Small things that were wrong once: a death on the record, appeals after their time, messages that nobody saw,
what a lead reads who comes second, the list for Spotlight, the activity of a line."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.state import NotReady, blockers
from accounts.verbs import offered
from accounts.worklist import todos
from focus_people.workflow import report_death
from grants import actions, workflow
from grants.casefile import content_of
from grants.enums import ApplicationState as S
from grants.enums import GrantState, LifeChange, LifeWish, Outcome
from grants.models import Application, Grant, LifeEvent
from grants.versions import by_applicant
from grants.views.shown import in_words
from grants.working_days import working_days_after
from panel.reports.plans import plan_of
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff
from tests.factories.awards import accepted, decided, grant_at, offer, recommended, released
from tests.factories.grants import application_at, checked, programme_and_round
from tests.factories.panel import assigned, briefed, declared, panellist

pytestmark = pytest.mark.django_db


def again(obj):
    return type(obj).objects.get(pk=obj.pk)


# A death on the record ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(GrantState))
def test_a_death_on_the_record_puts_every_running_grant_on_hold(state):
    grant = grant_at(state)
    runs = state in (
        GrantState.AGREED,
        GrantState.ACTIVE,
        GrantState.DELIVERED,
        GrantState.REPORTING,
    )
    report_death(grant.application.person, by=lead_of(grant.organisation))
    grant = again(grant)
    assert (grant.paused_on == clock.today()) is runs
    held = list(LifeEvent.objects.filter(grant=grant).values_list("kind", "wish"))
    assert held == ([(LifeChange.DIED, LifeWish.PAUSE)] if runs else [])
    if runs:
        officer = staff(TeamRole.OFFICER)
        assert [t for t in todos(officer) if t.title.startswith("Speak with")]
        workflow.settle(grant, by=officer, outcome="ended", note="We are sorry")
        assert again(grant).state == GrantState.TERMINATED


def test_told_on_the_grant_it_is_told_once():
    grant = grant_at(GrantState.ACTIVE)
    workflow.tell_us(
        grant,
        by=lead_of(grant.organisation),
        kind=LifeChange.DIED,
        happened_on=clock.today(),
        wish=LifeWish.CLOSE,
    )
    assert list(grant.life_events.values_list("kind", "wish")) == [("died", "close")]
    assert again(grant.application.person).state == "deceased"


def test_ending_a_grant_that_is_on_hold_frees_its_last_payment():
    grant = grant_at(GrantState.ACTIVE)
    Grant.objects.filter(pk=grant.pk).update(paused_on=clock.today())
    workflow.terminate(again(grant), by=staff(TeamRole.PROGRAMME_LEAD), reason="It cannot go on")
    assert again(grant).paused_on is None


# Appeals --------------------------------------------------------------------------------------------


def test_an_appeal_is_offered_until_its_last_day_and_not_after():
    case = released(outcome=Outcome.DECLINE)
    lead = lead_of(case.organisation)
    last = case.appeal_until
    letter = reverse("decision-letter", args=[case.reference])
    for days, may in ((0, True), (1, False)):
        moment = clock.end_of(last + timedelta(days=days)) - timedelta(minutes=1)
        with time_machine.travel(moment, tick=False):
            one = again(case)
            assert ("appeal" in {v.name for v in offered(lead, one)}) is may
            page = signed_in(lead).get(letter).content.decode()
            assert (f"{case.get_absolute_url()}appeal/" in page) is may
            assert ("could be appealed until" in page) is not may
            assert bool(one.appeal_blockers()) is not may


# Messages -------------------------------------------------------------------------------------------


def waiting(who):
    return [t.title for t in todos(who) if t.title.startswith("Answer the message")]


def test_an_officer_has_a_task_until_a_message_is_answered_or_noted():
    case = application_at(S.IN_CHECK)
    officer, other = case.case_officer, staff(TeamRole.OFFICER)
    lead = lead_of(case.organisation)
    assert waiting(officer) == []
    for read_by in ("applicant", "staff"):
        actions.write_message(case, by=lead, words="Our trainer is ill. May we wait?")
        assert waiting(officer) == [f"Answer the message about {case.person.alias}"]
        assert waiting(other) == []  # the case is somebody's
        actions.write_message(case, by=officer, words="Of course.", read_by=read_by)
        assert waiting(officer) == []
    nobodys = application_at(S.SUBMITTED)
    actions.write_message(nobodys, by=lead_of(nobodys.organisation), words="One more thing.")
    assert len(waiting(officer)) == len(waiting(other)) == 1
    (task,) = [t for t in todos(other) if t.title.startswith("Answer the message")]
    assert task.due_on == working_days_after(clock.today(), 3)


# Who comes second -----------------------------------------------------------------------------------


def test_a_lead_who_comes_second_reads_what_it_is_and_the_applicant_does_not():
    first, second = (staff(TeamRole.PROGRAMME_LEAD) for _ in range(2))
    case = recommended()
    stale = Application.objects.get(pk=case.pk)
    decided(case, by=first)
    said = "This application has moved on: it is now “{}”."
    with pytest.raises(NotReady) as refused:
        decided(stale, by=second)
    assert refused.value.blockers == [said.format("Decided, not yet released")]
    case = again(case)
    for who, words in (
        (second, "Decided, not yet released"),
        (staff(TeamRole.OFFICER), "Decided, not yet released"),
        (lead_of(case.organisation), "With the panel"),
        (lead_of(organisation()), "With the panel"),
        (None, "With the panel"),
    ):
        assert blockers(case, "decide", who) == [said.format(words)]


# The plan of the panel ------------------------------------------------------------------------------


def test_the_plan_leaves_out_who_judged_the_case_before():
    held = programme_and_round()
    people = [panellist(lived=True), panellist(lived=True), *(panellist() for _ in range(3))]
    for person in people:
        briefed(person, held)
    case = application_at(S.WITH_PANEL, round=held)
    case = recommended(case, outcome=Outcome.DECLINE, panellists=(people[0].user_id,))
    case = released(decided(case))
    appeal = workflow.appeal(
        case, by=lead_of(case.organisation), ground="process", words="It was not followed."
    )
    reviewer = staff(TeamRole.OFFICER)
    workflow.start_review(appeal, by=reviewer)
    workflow.answer_appeal(
        again(appeal), by=reviewer, outcome="rescore", answer="It was not followed.", lifted=[]
    )
    lead = staff(TeamRole.PROGRAMME_LEAD)
    (planned,) = plan_of(lead, held, members_for_each=4).cases
    seated = {seat.panellist.pk for seat in planned.seats}
    assert seated == {person.pk for person in people[1:]}


# Spotlight ------------------------------------------------------------------------------------------


def test_the_list_for_spotlight_holds_organisations_and_no_person():
    officer = staff(TeamRole.OFFICER)
    bodies = [organisation(charity_number="1098765"), organisation(company_number="01 234 567")]
    bodies.append(organisation(charity_number="109 8765", name="=CMD()"))
    cases = [application_at(S.IN_CHECK, organisation=body, officer=officer) for body in bodies]
    url = reverse("spotlight-export")
    answer = signed_in(officer).get(url)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert head[:3] == [
        "Application number (required)",
        "Organisation name (required)",
        "Organisation type (required)",
    ]
    by = {row[0]: row for row in rows}
    assert set(by) == {case.reference for case in cases}
    first, second, third = (by[case.reference] for case in cases)
    assert first[2:] == [
        "Registered charity",
        *[""] * 4,
        "7987.20",
        "1098765",
        "",
        "Another organisation in this list has the same number",
    ]
    assert (second[2], second[9], second[10]) == ("Limited company", "01234567", "")
    assert third[1] == "'=CMD()"
    assert all(case.person.alias not in answer.content.decode() for case in cases)
    one = signed_in(officer).get(url, {"q": cases[0].reference}).content.decode()
    assert (cases[0].reference in one, cases[1].reference in one) == (True, False)
    for who in (staff(TeamRole.FINANCE), lead_of(bodies[0])):
        assert signed_in(who).get(url).status_code == 404


# The activity of a line -----------------------------------------------------------------------------


def test_a_line_says_which_activity_it_is_part_of():
    case = application_at(S.DRAFT)
    lead = lead_of(case.organisation)
    client = signed_in(lead)
    at = reverse("budget-line", args=[case.reference, 9])
    form = client.get(at).context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"activity": "Team days"}
    assert client.post(at, {k: v or "" for k, v in typed.items()}).status_code == 302
    line = case.lines.get(number=9)
    assert line.activity == "Team days"
    assert content_of(again(case))["lines"][8]["activity"] == "Team days"
    assert (
        "Part of: Team days"
        in client.get(reverse("application-budget", args=[case.reference])).content.decode()
    )
    said = client.get(f"/api/v1/applications/{case.reference}/").json()
    assert said["lines"][8]["activity"] == "Team days"
    wrong = client.post(at, {k: v or "" for k, v in typed.items()} | {"activity": "x" * 81})
    assert "Shorten this to 80 characters" in wrong.content.decode()
    with pytest.raises(NotReady):
        actions.save_line(
            case, by=lead, line=line, needs=line.needs.all(), activity="Ring 07700 900123"
        )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, ""),
        (date(2025, 6, 9), "9 June 2025"),
        (datetime(2025, 6, 8, 23, 30, tzinfo=UTC), "9 June 2025"),
    ],
)
def test_a_day_is_written_in_one_way(day, words):
    assert in_words(day) == words


def test_an_offer_and_its_payment_are_not_touched_by_a_hold_that_is_over():
    grant = accepted(offer())
    assert blockers(grant, "prepare_first_payment") == []


# What changed after a question ----------------------------------------------------------------------


def test_the_panel_reads_what_changed_after_a_question_and_no_verdict_in_it():
    case = application_at(S.RETURNED)
    lead, officer = lead_of(case.organisation), case.case_officer
    asked = case.clarifications.get()
    one = case.terms.questions.get(number=asked.question.number)
    held = case.answers.get(question=one)
    before = held.text
    actions.save_answer(case, one, by=lead, text="Nobody else pays.", version=held.version)
    actions.save_reply(asked, by=lead, text="We have put it right.")
    case = workflow.resubmit(case, by=lead)
    case = workflow.pass_to_panel(checked(case, officer), by=officer)
    newest = case.case_files.order_by("-version")[0]
    found = {change.section: (change.before, change.after) for change in by_applicant(newest)}
    assert found == {
        f"{one.number}. {one.short_name}": (before, "Nobody else pays."),
        f"Reply to the officer’s question 1, on question {one.number}": (
            "",
            "We have put it right.",
        ),
    }
    assert by_applicant(case.case_files.get(version=1)) == []
    seat = declared(assigned(case, [panellist(lived=True)])[0])
    page = signed_in(seat.panellist.user).get(reverse("panel-file", args=[case.reference]))
    assert "What the applicant changed after they were asked" in page.content.decode()


# From a person to their money --------------------------------------------------------------------------


def test_a_persons_page_leads_to_their_grant_or_application_as_far_as_the_reader_may_open_it():
    grant = grant_at(GrantState.ACTIVE)
    person, held = grant.application.person, grant.organisation
    helper = member(held, MemberRole.HELPER)
    draft = application_at("draft", organisation=held)

    def buttons(who, of):
        page = signed_in(who).get(of.get_absolute_url()).content.decode()
        return [
            label
            for label, thing in (
                ("Grant", grant),
                ("Application", grant.application),
                ("Draft", draft),
            )
            if f'href="{thing.get_absolute_url()}">' in page
        ]

    assert buttons(lead_of(held), person) == ["Grant"]
    assert buttons(lead_of(held), draft.person) == ["Draft"]
    assert buttons(helper, person) == ["Application"]

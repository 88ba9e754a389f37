"""Rounds: a copy of a past one; grace and more time at the moment; wrong states put right; what is left.
Deadlines are London's, on both sides of both clock changes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import AuditEvent
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from grants import actions, readiness, workflow
from grants.award_reports import at_a_glance
from grants.enums import ApplicationState as S
from grants.enums import Outcome, RoundState
from grants.forms.rounds import BarForm
from grants.models import Application, Round, Terms
from grants.reports import status_for_applicant
from panel.reports.moderation import case_scores
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.awards import decided, recommended, released, reserved
from tests.factories.grants import DECLARATIONS, application_at, programme_and_round, started

pytestmark = pytest.mark.django_db


def client_of(who):
    client = Client()
    client.force_login(who)
    return client


# A copy ------------------------------------------------------------------------------------------


def test_a_copy_brings_settings_questions_and_criteria_and_leaves_the_past_alone():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    past = programme_and_round(
        by=lead, threshold=Decimal("65.00"), quorum=4, grace_minutes=15, delivery_months=9
    )
    past.questions.filter(number=1).update(max_words=199)
    page = client_of(lead)
    form = {
        "title": "Round 3",
        "reference": "2026-R3",
        **dict(zip(("opens_on_day", "opens_on_month", "opens_on_year"), (1, 3, 2027), strict=True)),
        **dict(
            zip(("closes_on_day", "closes_on_month", "closes_on_year"), (30, 6, 2027), strict=True)
        ),
        "budget": "100000",
    }
    form = {
        key.replace("_day", "_0").replace("_month", "_1").replace("_year", "_2"): value
        for key, value in form.items()
    } | form
    sent = page.post(f"{past.get_absolute_url()}copy/", form)
    assert sent.status_code == 302, sent.content.decode()
    made = Round.objects.get(reference="2026-R3")
    assert (made.state, made.terms.threshold, made.terms.quorum, made.grace_minutes) == (
        RoundState.DRAFT,
        Decimal("65.00"),
        4,
        15,
    )
    assert made.questions.get(number=1).max_words == 199
    for rows in ("questions", "criteria"):
        assert getattr(made, rows).count() == getattr(past, rows).count() > 0
    made.questions.update(max_words=5)
    assert past.questions.get(number=1).max_words == 199
    assert made.closes_at == clock.end_of(clock.day_of(datetime(2027, 6, 30, 12, tzinfo=UTC)))
    again = page.post(f"{past.get_absolute_url()}copy/", form)
    assert "Another round has this short name" in again.content.decode()
    assert workflow.publish_round(made, by=lead).state == RoundState.PUBLISHED


# Sixty instants around both clock changes --------------------------------------------------------

# The last day of a round, and the moment (UTC) at which that day ends in London.
CLOSINGS = [
    (
        datetime(2026, 3, 28).date(),
        datetime(2026, 3, 29, 0, 0, tzinfo=UTC),
    ),  # the night of the change
    (datetime(2026, 3, 29).date(), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),  # a day of 23 hours
    (datetime(2026, 3, 30).date(), datetime(2026, 3, 30, 23, 0, tzinfo=UTC)),
    (datetime(2026, 10, 24).date(), datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),  # still summer time
    (datetime(2026, 10, 25).date(), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),  # a day of 25 hours
]
OFFSETS = [
    timedelta(hours=-25),
    timedelta(hours=-24),
    timedelta(hours=-23),
    timedelta(hours=-1),
    timedelta(minutes=-1),
    timedelta(microseconds=-1),
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(minutes=1),
    timedelta(minutes=59),
    timedelta(hours=1),
    timedelta(hours=24),
]


def test_sixty_instants_around_both_clock_changes():
    """Page, reminder, form, API and shell say the same at each: open until the last moment, then closed."""
    assert len(CLOSINGS) * len(OFFSETS) == 60
    from django.db import transaction

    draft = application_at(S.DRAFT)
    held, lead = draft.round, lead_of(draft.organisation)
    page = client_of(lead)
    base = f"/applications/{draft.reference}/"
    checked = 0
    for last_day, ends in CLOSINGS:
        Round.objects.filter(pk=held.pk).update(
            opens_at=ends - timedelta(days=40), closes_at=clock.end_of(last_day)
        )
        assert clock.end_of(last_day) == ends
        for offset in OFFSETS:
            with clock.at(ends + offset):
                fresh = Application.objects.select_related("round").get(pk=draft.pk)
                is_open = offset < timedelta(0)
                assert fresh.is_in_time is is_open
                assert fresh.last_day == last_day
                assert status_for_applicant(fresh).next_on == last_day
                reminded = [t.due_on for t in todos(lead) if "Finish" in t.title]
                assert reminded == ([last_day] if is_open else [])
                shown = page.get(base).content.decode()
                assert ("Send it by" in shown) is is_open
                assert ("This round is not open now" in shown) is not is_open
                found = set()
                for door in ("form", "api", "shell"):
                    with transaction.atomic():
                        if door == "form":
                            answer = page.post(f"{base}submit/", {"declarations": DECLARATIONS})
                            found.add(answer.status_code == 302)
                        elif door == "api":
                            answer = page.post(
                                f"/api/v1{base}submit/",
                                {"declarations": DECLARATIONS},
                                content_type="application/json",
                            )
                            found.add(answer.status_code == 200)
                        else:
                            try:
                                workflow.submit(fresh, by=lead, declarations=DECLARATIONS)
                                found.add(True)
                            except NotReady:
                                found.add(False)
                        transaction.set_rollback(True)
                assert found == {is_open}, (last_day, offset)
                checked += 1
    assert checked == 60


# Grace and more time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grace", "after", "fits"),
    [
        (0, timedelta(0), False),
        (15, timedelta(0), True),
        (15, timedelta(minutes=15) - timedelta(microseconds=1), True),
        (15, timedelta(minutes=15), False),
    ],
)
def test_grace_is_for_what_is_finished(grace, after, fits):
    held = programme_and_round(grace_minutes=grace)
    draft = started(round=held)
    with clock.at(held.closes_at + after):
        assert Application.objects.get(pk=draft.pk).is_in_time is fits
        # Nothing new is started in the grace.
        assert not Round.objects.get(pk=held.pk).is_open


def test_one_application_gets_more_time_and_no_other():
    held = programme_and_round()
    late, other = application_at(S.DRAFT, round=held), application_at(S.DRAFT, round=held)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    last = held.last_day
    day = last + timedelta(days=3)
    ask = {"until_on": day, "reason": "Power cut at the home"}
    for wrong, says in (
        ({"reference": "PWB-1999-0001"}, "no draft with that reference"),
        ({"reference": late.reference, "until_on": last}, "a day after the last one"),
    ):
        with pytest.raises(NotReady, match=says):
            workflow.allow_late(held, by=lead, **ask | wrong)
    workflow.allow_late(held, by=lead, reference=late.reference.lower(), **ask)
    row = AuditEvent.objects.get(event="application.late_allowed")
    assert row.data == {"until": day.isoformat()}
    with clock.at(clock.end_of(day) - timedelta(microseconds=1)):
        late = Application.objects.get(pk=late.pk)
        assert [t for t in todos(lead_of(late.organisation)) if t.due_on == day]
        with pytest.raises(NotReady, match="is not open now"):
            workflow.submit(other, by=lead_of(other.organisation), declarations=DECLARATIONS)
        sent = workflow.submit(late, by=lead_of(late.organisation), declarations=DECLARATIONS)
        assert sent.state == S.SUBMITTED


def test_more_time_ends_too():
    held = programme_and_round()
    late = application_at(S.DRAFT, round=held)
    day = held.last_day + timedelta(days=3)
    workflow.allow_late(
        held,
        by=staff(TeamRole.PROGRAMME_LEAD),
        reference=late.reference,
        until_on=day,
        reason="Power cut",
    )
    with clock.at(clock.end_of(day)), pytest.raises(NotReady, match="is not open now"):
        workflow.submit(
            Application.objects.get(pk=late.pk),
            by=lead_of(late.organisation),
            declarations=DECLARATIONS,
        )


@pytest.mark.parametrize("role", [r for r in TeamRole if r != TeamRole.PROGRAMME_LEAD])
def test_only_a_lead_gives_more_time_or_copies(role):
    held = programme_and_round()
    who = staff(role)
    with pytest.raises(NotAllowed):
        workflow.allow_late(held, by=who, reference="x", until_on=clock.today(), reason="x")
    with pytest.raises(NotAllowed):
        actions.copy_round(
            held,
            by=who,
            reference="x",
            title="x",
            opens_at=held.opens_at,
            closes_at=held.closes_at,
            budget=Decimal(1),
        )
    assert not {"late", "copy", "publish"} & {verb.name for verb in offered(who, held)}


# A wrong state put right -------------------------------------------------------------------------

BACK = {
    S.IN_CHECK: {S.SUBMITTED},
    S.RETURNED: {S.IN_CHECK},
    S.WITH_PANEL: {S.IN_CHECK},
    S.INELIGIBLE: {S.IN_CHECK},
    S.WITHDRAWN: {S.DRAFT},  # it was never sent
}


def case_at(state):
    if state == S.RECOMMENDED:
        return recommended()
    if state == S.DECIDED:
        return decided()
    if state == S.APPROVED:
        return released()
    if state == S.RESERVED:
        return reserved()
    if state == S.DECLINED:
        return released(decided(recommended(outcome=Outcome.DECLINE)))
    return application_at(state)


@pytest.mark.parametrize("state", S.values)
def test_a_state_is_put_back_by_a_lead_and_only_to_where_it_may(state):
    case = case_at(state)
    own = staff(TeamRole.PROGRAMME_LEAD)
    case.organisation.memberships.create(user=own, role="helper")
    people = {role.value: staff(role) for role in TeamRole} | {
        "own lead": own,
        "applicant": lead_of(case.organisation),
        "stranger": user(),
    }
    may = {
        kind
        for kind, who in people.items()
        if "correct-state" in {verb.name for verb in offered(who, case)}
    }
    expected = BACK.get(S(state), set())
    assert may == ({"programme_lead"} if expected else set())
    for kind, who in people.items():
        if kind != "programme_lead":
            with pytest.raises(NotAllowed):
                workflow.correct_state(case, by=who, to=S.IN_CHECK, reason="x")
    for target in S.values:
        if S(target) not in expected:
            with pytest.raises(NotReady):
                workflow.correct_state(case, by=people["programme_lead"], to=target, reason="x")
    for target in expected:
        made = workflow.correct_state(
            case, by=people["programme_lead"], to=target, reason="Wrong button"
        )
        assert (made.state, made.ended_at, made.ineligible_reason) == (target, None, "")
        assert not made.clock_stops.filter(until_on__isnull=True).exists()
        row = AuditEvent.objects.get(event="application.state_corrected")
        assert row.data == {"before": state, "after": target, "reason": "Wrong button"}


def test_a_withdrawal_is_not_undone_beside_a_new_application():
    case = application_at(S.SUBMITTED)
    lead = lead_of(case.organisation)
    case = workflow.withdraw(case, by=lead, reason="By mistake")
    started(round=case.round, organisation=case.organisation, person=case.person, by=lead)
    with pytest.raises(NotReady, match="another application in this round"):
        workflow.correct_state(
            case, by=staff(TeamRole.PROGRAMME_LEAD), to=S.SUBMITTED, reason="A mistake"
        )
    assert Application.objects.get(pk=case.pk).state == S.WITHDRAWN


# What is left ------------------------------------------------------------------------------------


def test_what_is_decided_and_not_released_is_not_left():
    held = programme_and_round(budget=Decimal("20000.00"))
    released(decided(round=held))
    decided(round=held)
    recommended(round=held)
    held = Round.objects.get(pk=held.pk)
    assert held.awarded() == held.decided() == Decimal("7762.20")
    assert held.left == Decimal("12237.80")
    assert held.left_to_decide == Decimal("4475.60")
    glance = at_a_glance(held)
    assert (glance.awarded, glance.to_release, glance.left) == (
        Decimal("7762.20"),
        Decimal("7762.20"),
        Decimal("4475.60"),
    )
    assert glance.owners == [("Programme lead", 2, 0)]
    assert {row.sent for row in glance.needs} == {3}
    page = client_of(staff(TeamRole.PROGRAMME_LEAD)).get(held.get_absolute_url())
    shown = page.content.decode()
    assert "£4,475.60 of the £20,000 is left" in shown
    assert "By need" in shown
    assert "Decided, not released" in shown
    assert client_of(member(organisation())).get(held.get_absolute_url()).status_code == 200


# The reserve list ----------------------------------------------------------------------------------


def test_from_the_reserve_list_when_an_offer_is_turned_down():
    held = programme_and_round(budget=Decimal("8000.00"))
    first = released(decided(round=held))
    second = reserved(round=held)
    lead = lead_of(second.organisation)
    assert second.state == S.RESERVED
    # It takes no money, and its letter says where it stands.
    assert Round.objects.get(pk=held.pk).left_to_decide == Decimal("237.80")
    letter = client_of(lead).get(f"{second.get_absolute_url()}decision/").content.decode()
    assert "on the reserve list" in letter
    assert "4.67 of 5" in letter
    assert "On the reserve list." in client_of(lead).get(second.get_absolute_url()).content.decode()
    workflow.turn_down_offer(first.grant, by=lead_of(first.organisation), reason="Not needed now")
    deciding = staff(TeamRole.PROGRAMME_LEAD)
    again = workflow.take_from_reserve(second, by=deciding, reason="An offer was turned down")
    assert again.state == S.RECOMMENDED
    assert again.clock_stops.count() == 1
    again = decided(again, by=deciding)
    with pytest.raises(NotAllowed):
        workflow.release_decision(again, by=deciding)
    assert released(again).grant.amount == Decimal("7762.20")


def test_a_reserved_application_is_live_and_may_be_withdrawn_and_is_not_appealed():
    case = reserved()
    lead = lead_of(case.organisation)
    assert {verb.name for verb in offered(lead, case)} == {"withdraw", "message", "copy"}
    with pytest.raises(NotReady, match="has an application in this round"):
        started(round=case.round, organisation=case.organisation, person=case.person, by=lead)
    assert workflow.withdraw(case, by=lead, reason="Funded elsewhere").state == S.WITHDRAWN


# What is asked and how it is judged ----------------------------------------------------------------


def test_questions_and_criteria_change_in_draft_and_stand_once_published():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    draft = programme_and_round(by=lead, publish=False)
    page = client_of(lead)
    asked = f"{draft.get_absolute_url()}questions/1/"
    judged = f"{draft.get_absolute_url()}criteria/C1/"
    assert asked in page.get(draft.get_absolute_url()).content.decode()
    question = {"wording": "Who is it for?", "guidance": "In their words.", "max_words": "200"}
    assert page.post(asked, question | {"max_words": "9"}).status_code == 200
    assert page.post(asked, question).status_code == 302
    row = draft.questions.get(number=1)
    assert (row.wording, row.max_words, row.in_short_form) == ("Who is it for?", 200, False)
    criterion = {"title": "Fit", "hint": "Look at the needs", "weight": "25", "minimum": ""}
    assert page.post(judged, criterion).status_code == 302
    row = draft.criteria.get(code="C1")
    assert (row.title, row.weight, row.minimum) == ("Fit", 25, None)
    # Weights of 105 are not published; of 100 they are, and then everything stands.
    with pytest.raises(NotReady, match="add up to 105"):
        workflow.publish_round(draft, by=lead)
    assert page.post(judged, criterion | {"weight": "20", "minimum": "3"}).status_code == 302
    workflow.publish_round(draft, by=lead)
    for url, data in ((asked, question | {"wording": "Changed"}), (judged, criterion)):
        answer = page.post(url, data)
        assert answer.status_code == 409
        assert "it stands. Write a new version" in answer.content.decode()
    assert draft.questions.get(number=1).wording == "Who is it for?"
    assert asked not in page.get(draft.get_absolute_url()).content.decode()
    for who in (staff(TeamRole.OFFICER), lead_of(organisation())):
        assert client_of(who).get(asked).status_code == 404
        with pytest.raises(NotAllowed):
            actions.change_criterion(
                draft.criteria.get(code="C1"), by=who, title="x", hint="x", weight=1, minimum=None
            )


# Versions -----------------------------------------------------------------------------------------

QUESTION = {"wording": "Who is it for?", "guidance": "In their words.", "max_words": "200"}


def changed_round(round: Round, lead: object, *, weight: int = 25, max_words: int = 200) -> Round:
    """A second version is published: question 1, criteria C1 and C7, score and quorum differ."""
    workflow.revise_round(round, by=lead)
    draft = round.draft_terms
    actions.change_question(
        draft.questions.get(number=1),
        by=lead,
        wording="Who is it for?",
        guidance="In their words.",
        max_words=max_words,
        in_short_form=True,
    )
    for code, new in (("C1", weight), ("C2", 40 - weight)):
        row = draft.criteria.get(code=code)
        actions.change_criterion(
            row, by=lead, title=row.title, hint=row.hint, weight=new, minimum=row.minimum
        )
    actions.change_bar(draft, by=lead, threshold=Decimal("70.00"), quorum=4)
    return workflow.publish_version(round, by=lead, reason="People asked for shorter answers")


def test_a_version_binds_who_starts_after_it_and_nobody_before():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead)
    before = application_at(S.WITH_PANEL, round=held)
    first = held.terms
    asked = {q.number: q.wording for q in readiness.asked_questions(before)}
    changed_round(held, lead)
    after = application_at(S.DRAFT, round=held)
    assert (first.number, held.terms.number) == (1, 2)
    for case, terms, wants in (
        (before, 1, (Decimal("60"), 3, 20)),
        (after, 2, (Decimal("70"), 4, 25)),
    ):
        case = Application.objects.get(pk=case.pk)
        assert case.terms.number == terms
        scored = case_scores(case, [])
        weights = {row.criterion.code: row.criterion.weight for row in scored.rows}
        assert (scored.threshold, scored.quorum, weights["C1"]) == wants
    assert {q.number: q.wording for q in readiness.asked_questions(before)} == asked
    assert readiness.asked_questions(after)[0].wording == "Who is it for?"
    assert before.case_files.order_by("-version")[0].content["terms"] == 1
    # An answer of one version is refused under a question of another.
    with pytest.raises(ValueError, match="question"):
        actions.save_answer(
            after,
            first.questions.get(number=1),
            by=lead_of(after.organisation),
            text="x",
            version=0,
        )


def test_while_it_is_written_a_version_binds_nobody_and_is_for_leads_alone():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead)
    page = client_of(lead)
    at = held.get_absolute_url()
    assert page.post(f"{at}revise/").status_code == 302
    assert page.post(f"{at}questions/1/", QUESTION).status_code == 302
    assert page.post(f"{at}bar/", {"threshold": "65", "quorum": "4"}).status_code == 302
    assert (held.terms.number, held.draft_terms.number, held.draft_terms.quorum) == (1, 2, 4)
    assert application_at(S.DRAFT, round=held).terms.number == 1
    assert "Who is it for?" in page.get(f"{at}versions/").content.decode()
    for who in (staff(TeamRole.OFFICER), lead_of(organisation())):
        seen = client_of(who).get(f"{at}versions/").content.decode()
        assert "Who is it for?" not in seen
        assert "Version 1" in seen
    # One at a time; dropping it leaves what is published.
    with pytest.raises(NotReady, match="Version 2 is being written already"):
        workflow.revise_round(held, by=lead)
    assert page.post(f"{at}drop-version/").status_code == 302
    assert (held.terms.number, held.draft_terms) == (1, None)
    with pytest.raises(NotReady, match="No new version is being written"):
        workflow.publish_version(held, by=lead, reason="x")


def test_a_version_is_published_with_a_reason_whole_and_different():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead)
    workflow.revise_round(held, by=lead)
    page, at = client_of(lead), held.get_absolute_url()
    with pytest.raises(NotReady, match="Nothing is changed yet"):
        workflow.publish_version(held, by=lead, reason="x")
    criterion = {"title": "Fit", "hint": "Look at the needs", "weight": "25", "minimum": ""}
    assert page.post(f"{at}criteria/C1/", criterion).status_code == 302
    with pytest.raises(NotReady, match="add up to 105"):
        workflow.publish_version(held, by=lead, reason="x")
    assert page.post(f"{at}criteria/C1/", criterion | {"weight": "20"}).status_code == 302
    assert "Say why the round is changed" in page.post(f"{at}publish-version/").content.decode()
    assert page.post(f"{at}publish-version/", {"reason": "Clearer words"}).status_code == 302
    seen = client_of(lead_of(organisation())).get(f"{at}versions/").content.decode()
    assert "Clearer words" in seen
    assert "3 changes from version 1" in seen
    assert [d.what for d in held.terms.differences()] == [
        "Criterion C1",
        "Criterion C1: what to look for",
        "Criterion C1: least average to fund",
    ]
    for who in (staff(TeamRole.OFFICER), lead_of(organisation())):
        for verb in (workflow.revise_round, workflow.drop_version):
            with pytest.raises(NotAllowed):
                verb(held, by=who)
        with pytest.raises(NotAllowed):
            workflow.publish_version(held, by=who, reason="x")


def test_a_published_version_refuses_every_change():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead)
    terms = held.terms
    question, criterion = terms.questions.get(number=1), terms.criteria.get(code="C1")
    with pytest.raises(NotReady, match="it stands"):
        actions.change_criterion(criterion, by=lead, title="x", hint="x", weight=1, minimum=None)
    with pytest.raises(NotReady, match="it stands"):
        actions.change_bar(terms, by=lead, threshold=Decimal("1"), quorum=1)
    with pytest.raises(NotReady, match="Version 1 is published"):
        actions.change_question(
            question, by=lead, wording="x", guidance="x", max_words=9, in_short_form=True
        )
    assert (terms.threshold, Terms.objects.get(pk=terms.pk).threshold) == (60, 60)
    assert held.questions.get(number=1).wording == question.wording
    # The positive control: the same changes are taken while a version is written.
    draft = programme_and_round(by=lead, publish=False).terms
    actions.change_bar(draft, by=lead, threshold=Decimal("1"), quorum=1)
    assert Terms.objects.get(pk=draft.pk).threshold == 1


@pytest.mark.parametrize("digits", ["４", "٣", "1e1", "+3", "3.0", "0x3", ""])
def test_whole_numbers_are_plain_digits(digits):
    form = BarForm({"threshold": "60", "quorum": digits})
    assert not form.is_valid()
    assert list(form.errors) == ["quorum"]
    form = BarForm({"threshold": digits.replace("3.0", "６０").replace("+3", "٦"), "quorum": "3"})
    assert not form.is_valid()
    assert list(form.errors) == ["threshold"]
    assert BarForm({"threshold": "62.5", "quorum": "3"}).is_valid()

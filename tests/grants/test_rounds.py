"""Rounds: a copy of a past one; grace and more time at the moment; wrong states put right; what is left.
Deadlines are London's, on both sides of both clock changes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

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
from grants.models import Application, Criterion, Round, Terms
from grants.reports import status_for_applicant
from grants.tasks import after
from panel.reports.moderation import case_scores
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff, user
from tests.factories.awards import decided, recommended, released, reserved
from tests.factories.grants import DECLARATIONS, application_at, programme_and_round, started

pytestmark = pytest.mark.django_db


# A copy ------------------------------------------------------------------------------------------


def test_a_copy_brings_settings_questions_and_criteria_and_leaves_the_past_alone():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    past = programme_and_round(
        by=lead, threshold=Decimal("65.00"), quorum=4, grace_minutes=15, delivery_months=9
    )
    past.questions.filter(number=1).update(max_words=199)
    page = signed_in(lead)
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
    page = signed_in(lead)
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


def test_more_time_is_refused_beside_the_field_it_concerns():
    held = programme_and_round()
    late, sent = application_at(S.DRAFT, round=held), application_at(S.SUBMITTED, round=held)
    page = Client()
    page.force_login(staff(TeamRole.PROGRAMME_LEAD))
    last, day = held.last_day, held.last_day + timedelta(days=3)
    for reference, until, wrong in (
        ("PWB-1999-0001", day, {"reference": ["This round has no draft with that reference"]}),
        (sent.reference, day, {"reference": ["This round has no draft with that reference"]}),
        (
            late.reference,
            last,
            {"until_on": ["Choose a day after the last one that this application has"]},
        ),
        (f" {late.reference.lower()} ", day, None),
    ):
        typed = {f"until_on_{part}": getattr(until, part) for part in ("day", "month", "year")}
        typed |= {"reference": reference, "reason": "Power cut at the home"}
        answer = page.post(f"{held.get_absolute_url()}late/", typed)
        if wrong is None:
            assert answer.status_code == 302
        else:
            assert answer.context["form"].errors == wrong
            assert "Power cut at the home" in answer.content.decode()


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
    page = signed_in(staff(TeamRole.PROGRAMME_LEAD)).get(held.get_absolute_url())
    shown = page.content.decode()
    assert "£4,475.60 of the £20,000 is left" in shown
    assert "By need" in shown
    assert "Decided, not released" in shown
    assert signed_in(member(organisation())).get(held.get_absolute_url()).status_code == 200


# The reserve list ----------------------------------------------------------------------------------


def test_from_the_reserve_list_when_an_offer_is_turned_down():
    held = programme_and_round(budget=Decimal("8000.00"))
    first = released(decided(round=held))
    second = reserved(round=held)
    lead = lead_of(second.organisation)
    assert second.state == S.RESERVED
    # It takes no money, and its letter says where it stands.
    assert Round.objects.get(pk=held.pk).left_to_decide == Decimal("237.80")
    letter = signed_in(lead).get(f"{second.get_absolute_url()}decision/").content.decode()
    assert "on the reserve list" in letter
    assert "4.67 of 5" in letter
    assert "On the reserve list." in signed_in(lead).get(second.get_absolute_url()).content.decode()
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
    page = signed_in(lead)
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
        assert signed_in(who).get(asked).status_code == 404
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
    page = signed_in(lead)
    at = held.get_absolute_url()
    assert page.post(f"{at}revise/").status_code == 302
    assert page.post(f"{at}questions/1/", QUESTION).status_code == 302
    assert page.post(f"{at}bar/", {"threshold": "65", "quorum": "4"}).status_code == 302
    assert (held.terms.number, held.draft_terms.number, held.draft_terms.quorum) == (1, 2, 4)
    assert application_at(S.DRAFT, round=held).terms.number == 1
    assert "Who is it for?" in page.get(f"{at}versions/").content.decode()
    for who in (staff(TeamRole.OFFICER), lead_of(organisation())):
        seen = signed_in(who).get(f"{at}versions/").content.decode()
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
    page, at = signed_in(lead), held.get_absolute_url()
    with pytest.raises(NotReady, match="Nothing is changed yet"):
        workflow.publish_version(held, by=lead, reason="x")
    criterion = {"title": "Fit", "hint": "Look at the needs", "weight": "25", "minimum": ""}
    criterion["look_at"] = held.criteria.get(code="C1").look_at
    assert page.post(f"{at}criteria/C1/", criterion).status_code == 302
    with pytest.raises(NotReady, match="add up to 105"):
        workflow.publish_version(held, by=lead, reason="x")
    assert page.post(f"{at}criteria/C1/", criterion | {"weight": "20"}).status_code == 302
    assert "Say why the round is changed" in page.post(f"{at}publish-version/").content.decode()
    assert page.post(f"{at}publish-version/", {"reason": "Clearer words"}).status_code == 302
    seen = signed_in(lead_of(organisation())).get(f"{at}versions/").content.decode()
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


# Questions and criteria come in and go out ----------------------------------------------------------

NEW_QUESTION = {
    "short_name": "Travel",
    "wording": "How will people get to the training?",
    "guidance": "By what, and who pays.",
    "max_words": "100",
    "in_short_form": "on",
}
NEW_CRITERION = {
    "title": "Reach",
    "hint": "Can everybody get there?",
    "level": "team",
    "weight": "10",
    "minimum": "",
    "look_at": ["Q13", "budget"],
}


def in_a_new_version(lead):
    """A published round with an application sent under version 1, and version 2 being written."""
    held = programme_and_round(by=lead)
    sent = application_at(S.WITH_PANEL, round=held)
    workflow.revise_round(held, by=lead)
    return held, sent


def test_a_new_version_asks_more_and_less_and_the_older_one_stays():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held, sent = in_a_new_version(lead)
    page, at = signed_in(lead), held.get_absolute_url()
    first = held.terms
    shown = page.get(f"{at}versions/").content.decode()
    for verb in ("add-question", "take-out-question", "add-criterion", "take-out-criterion"):
        assert f"{at}{verb}/" in shown
        assert f"{at}{verb}/" not in page.get(at).content.decode()
        assert page.get(f"{at}{verb}/").status_code == 200
    assert page.post(f"{at}add-question/", NEW_QUESTION).status_code == 302
    again = page.post(f"{at}add-question/", NEW_QUESTION)
    assert (again.status_code, "Another question is called “Travel”" in again.content.decode()) == (
        409,
        True,
    )
    assert page.post(f"{at}take-out-question/", {"question": "12"}).status_code == 302
    assert page.post(f"{at}add-criterion/", NEW_CRITERION).status_code == 302
    assert page.post(f"{at}take-out-criterion/", {"criterion": "C6"}).status_code == 302
    draft = held.draft_terms
    assert sorted(draft.questions.values_list("number", flat=True)) == [*range(1, 12), 13]
    assert draft.criteria.get(code="C8").look_at == ["Q13", "budget"]
    workflow.publish_version(held, by=lead, reason="Travel was a hurdle")
    # What was answered and is scored under version 1 is as it was.
    assert (first.questions.count(), first.criteria.count()) == (12, 7)
    assert sent.answers.filter(question__number=12).exists()
    assert {row.criterion.code for row in case_scores(sent, []).rows} == {
        f"C{n}" for n in range(1, 8)
    }
    changed = [d.what for d in held.terms.differences()]
    assert {"Question 12", "Question 13", "Criterion C6", "Criterion C8"} <= set(changed)
    # A number that any version has had is not given again.
    workflow.revise_round(held, by=lead)
    actions.take_out_question(held, by=lead, question=held.draft_terms.questions.get(number=13))
    actions.add_question(held, by=lead, **NEW_QUESTION | {"max_words": 100, "in_short_form": True})
    assert held.draft_terms.questions.get(short_name="Travel").number == 14


def test_a_further_question_is_a_task_is_answered_and_reaches_the_panel():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, publish=False)
    actions.add_question(held, by=lead, **NEW_QUESTION | {"max_words": 100, "in_short_form": True})
    held = workflow.publish_round(held, by=lead)
    draft = started(round=held)
    page, at = signed_in(lead_of(draft.organisation)), draft.get_absolute_url()
    tasks = page.get(at).content.decode()
    assert "Also asked in this round" in tasks
    assert "Question 13. 0 of 100 words" in tasks
    asked = page.get(f"{at}questions/13/")
    assert "How will people get to the training?" in asked.content.decode()
    sent = page.post(f"{at}questions/13/", {"answer": "By bus.", "version": "0"})
    assert sent.url.endswith("/budget/")
    assert draft.answers.get(question__number=13).text == "By bus."
    # The way through the form leads past every question once, and past the budget.
    steps, here = [], f"{at}questions/1/"
    while "/questions/" in here and here not in steps:
        steps.append(here)
        number = int(here.rstrip("/").rsplit("/", 1)[1])
        question = held.questions.get(number=number)
        here = after(draft, question)
    assert [int(one.rstrip("/").rsplit("/", 1)[1]) for one in steps] == [
        *(1, 2, 3, 4, 8, 5, 6, 7, 10, 11, 12, 13)
    ]
    assert here.endswith("/budget/")
    assert "the full form, 13 questions" in page.get("/applications/start/").content.decode()


def test_what_budget_and_reports_are_built_on_is_not_taken_out():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, publish=False)
    terms = held.terms
    for number in (4, 7):
        with pytest.raises(NotReady, match="cannot be taken out"):
            actions.take_out_question(held, by=lead, question=terms.questions.get(number=number))
        refused = signed_in(lead).post(
            f"{held.get_absolute_url()}take-out-question/", {"question": str(number)}
        )
        assert "Select a question of this version" in refused.content.decode()
    for question in terms.questions_to_take_out():
        actions.take_out_question(held, by=lead, question=question)
    with pytest.raises(NotReady, match="are built on the questions that are left"):
        actions.take_out_question(held, by=lead, question=terms.questions.get(number=4))
    codes = sorted(terms.criteria.values_list("code", flat=True))
    for code in codes[:-1]:
        actions.take_out_criterion(held, by=lead, criterion=terms.criteria.get(code=code))
    with pytest.raises(NotReady, match="at least one criterion"):
        actions.take_out_criterion(held, by=lead, criterion=terms.criteria.get())
    with pytest.raises(NotReady, match="add up to 5, not 100"):
        workflow.publish_round(held, by=lead)
    terms.questions.filter(number=4).update(in_short_form=False)
    assert any("Question 4 has to be in the short form too" in said for said in terms.blockers())


def test_a_version_holds_at_most_twenty_questions_and_nine_criteria():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, publish=False)
    words = NEW_QUESTION | {"max_words": 100, "in_short_form": False}
    for number in range(13, 21):
        actions.add_question(held, by=lead, **words | {"short_name": f"Further {number}"})
    with pytest.raises(NotReady, match="at most 20 questions"):
        actions.add_question(held, by=lead, **words)
    judged = NEW_CRITERION | {"weight": 1, "minimum": None}
    for _ in range(2):
        actions.add_criterion(held, by=lead, **judged)
    with pytest.raises(NotReady, match="at most 9 criteria"):
        actions.add_criterion(held, by=lead, **judged)
    actions.take_out_criterion(held, by=lead, criterion=held.criteria.get(code="C3"))
    actions.add_criterion(held, by=lead, **judged)
    assert held.criteria.get(code="C3").title == "Reach"


CHANGES = {
    "add_question": lambda held: NEW_QUESTION | {"max_words": 100, "in_short_form": True},
    "take_out_question": lambda held: {"question": held.questions.get(number=1)},
    "add_criterion": lambda held: NEW_CRITERION | {"weight": 10, "minimum": None},
    "take_out_criterion": lambda held: {"criterion": held.criteria.get(code="C1")},
    "change_round": lambda held: {"title": "Another"},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_is_published_refuses_to_be_changed_and_only_leads_change_a_draft(name):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    verb, details = getattr(actions, name), CHANGES[name]
    held = programme_and_round(by=lead)
    with pytest.raises(NotReady, match="it stands"):
        verb(held, by=lead, **details(held))
    draft = programme_and_round(by=lead, publish=False)
    for who in (staff(TeamRole.OFFICER), staff(TeamRole.FINANCE), lead_of(organisation())):
        with pytest.raises(NotAllowed):
            verb(draft, by=who, **details(draft))
    verb(draft, by=lead, **details(draft))  # the positive control


SETTINGS = {
    "title": "Spring",
    "opens_on_day": "1",
    "opens_on_month": "3",
    "opens_on_year": "2027",
    "closes_on_day": "30",
    "closes_on_month": "6",
    "closes_on_year": "2027",
    "budget": "90,000",
    "minimum": "1000",
    "maximum": "7000",
    "short_form_up_to": "2000",
    "delivery_months": "9",
    "grace_minutes": "30",
}


def test_the_settings_of_a_draft_change_and_two_leads_are_told_of_each_other():
    lead, other = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    draft = programme_and_round(by=lead, publish=False)
    at = f"{draft.get_absolute_url()}change/"
    drawn = signed_in(lead).get(at)
    opened = drawn.context["form"].sent_as_drawn()
    assert signed_in(other).post(at, SETTINGS).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.budget, draft.maximum, draft.delivery_months) == (
        "Spring",
        Decimal("90000.00"),
        Decimal("7000.00"),
        9,
    )
    assert clock.day_of(draft.opens_at).isoformat() == "2027-03-01"
    assert draft.last_day.isoformat() == "2027-06-30"
    # Whoever opened the page before is told, and keeps what they typed.
    late = signed_in(lead).post(at, opened | {"title": ["Mine"]})
    assert late.status_code == 200
    assert "Somebody has saved this page" in late.content.decode()
    assert "somebody has saved “Spring”" in late.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Spring"
    refused = signed_in(lead).post(at, SETTINGS | {"short_form_up_to": "999"})
    assert "This must be the same as or above the least" in refused.content.decode()
    workflow.publish_round(draft, by=lead)
    assert signed_in(lead).post(at, SETTINGS).status_code == 409


def test_an_answer_is_used_again_by_the_name_of_its_question_and_what_is_left_is_said():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held, sent = in_a_new_version(lead)
    draft = held.draft_terms
    actions.take_out_question(held, by=lead, question=draft.questions.get(number=12))
    actions.add_question(held, by=lead, **NEW_QUESTION | {"max_words": 100, "in_short_form": True})
    row = draft.questions.get(number=1)
    actions.change_question(
        row, by=lead, wording="Who?", guidance="Say.", max_words=10, in_short_form=True
    )
    workflow.publish_version(held, by=lead, reason="Other questions")
    writer = lead_of(sent.organisation)
    workflow.withdraw(sent, by=writer, reason="We start again")
    answer = signed_in(writer).post(
        f"{sent.get_absolute_url()}copy/",
        {"round": held.reference, "person": sent.person.reference},
        follow=True,
    )
    made = Application.objects.get(round=held, terms__number=2)
    came = dict(made.answers.values_list("question__number", "text"))
    old = dict(sent.answers.values_list("question__number", "text"))
    assert came == {number: text for number, text in old.items() if number != 12}
    seen = answer.content.decode()
    again = signed_in(writer).get(made.get_absolute_url()).content.decode()
    for page in (seen, again):  # it stays while the application is written
        assert "Not carried over" in page
        assert "This round does not ask it: Delivery plan." in page
        assert sent.reference in page
    assert sent.answers.filter(question__number=12).exists()
    # Another round may have a different question under the same number: the name decides.
    elsewhere = programme_and_round(by=lead, publish=False)
    actions.add_question(
        elsewhere,
        by=lead,
        **NEW_QUESTION | {"short_name": "Pets", "max_words": 100, "in_short_form": True},
    )
    elsewhere = workflow.publish_round(elsewhere, by=lead)
    actions.save_answer(made, held.questions.get(number=13), by=writer, text="By bus.", version=0)
    third = workflow.copy_application(made, by=writer, round=elsewhere, person=made.person)
    assert third.left_behind == ["Travel"]
    assert not third.answers.filter(question__number=13).exists()


def test_a_round_says_what_it_looks_for_first_and_when_it_judges(client):
    """Said by the lead, read by applicants and by those who score; kept in a copy."""
    lead = staff(TeamRole.PROGRAMME_LEAD)
    draft = programme_and_round(by=lead, publish=False)
    at = f"{draft.get_absolute_url()}change/"
    said = SETTINGS | {"priorities": "People who wait in hospital.", "is_rolling": "False"}
    assert signed_in(lead).post(at, said).status_code == 302
    draft.refresh_from_db()
    assert (draft.priorities, draft.is_rolling) == ("People who wait in hospital.", False)
    drawn = signed_in(lead).get(at).context["form"]
    assert (drawn["priorities"].value(), str(drawn["is_rolling"].value())) == (
        "People who wait in hospital.",
        "False",
    )
    workflow.publish_round(draft, by=lead)
    page = signed_in(lead_of(organisation())).get(draft.get_absolute_url()).content.decode()
    assert "People who wait in hospital." in page
    assert "Applications are judged together, after the last day." in page
    told = signed_in(lead).get(f"/api/v1/rounds/{draft.reference}/").json()
    assert (told["priorities"], told["is_rolling"]) == ("People who wait in hospital.", False)


@pytest.mark.parametrize("is_rolling", [True, False])
def test_a_round_that_judges_together_passes_no_case_on_before_its_last_day_is_over(is_rolling):
    held = programme_and_round(is_rolling=is_rolling, grace_minutes=30)
    case = application_at(S.IN_CHECK, round=held)
    sentence = "This round is judged together: its cases go to the panel after "
    with clock.at(held.takes_until - timedelta(seconds=1)):
        before = [one for one in case.pass_to_panel_blockers() if one.startswith(sentence)]
    with clock.at(held.takes_until):
        after = [one for one in case.pass_to_panel_blockers() if one.startswith(sentence)]
    assert (len(before), len(after)) == (0 if is_rolling else 1, 0)


def test_where_those_who_score_look_can_be_changed_until_it_is_published():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, publish=False)
    page = signed_in(lead)
    for row in held.criteria.order_by("code"):  # what stands comes back unchanged, in its order
        at = reverse("round-criterion", args=[held.reference, row.code])
        form = page.get(at).context["form"]
        assert page.post(at, form.sent_as_drawn()).status_code == 302
        assert Criterion.objects.get(pk=row.pk).look_at == row.look_at != []
    row = held.criteria.get(code="C2")
    at = reverse("round-criterion", args=[held.reference, "C2"])
    sent = {"title": row.title, "hint": row.hint, "weight": row.weight, "minimum": ""}
    assert (
        "Choose parts from the list" in page.post(at, sent | {"look_at": ["Q99"]}).content.decode()
    )
    assert page.post(at, sent | {"look_at": ["Q12", "circle"]}).status_code == 302
    assert Criterion.objects.get(pk=row.pk).look_at == ["Q12", "circle"]
    workflow.publish_round(held, by=lead)
    assert page.post(at, sent | {"look_at": ["Q1"]}).status_code == 409
    workflow.revise_round(held, by=lead)
    assert page.post(at, sent | {"look_at": ["Q1"]}).status_code == 302
    draft = Round.objects.get(pk=held.pk).draft_terms
    (found,) = [one for one in draft.differences() if "where to look" in one.what]
    assert (found.before, found.after) == ("Q12, circle", "Q1")
    assert Criterion.objects.get(pk=row.pk).look_at == ["Q12", "circle"]


def test_a_round_in_draft_says_what_is_still_to_do_and_shows_no_zeros():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, publish=False)

    def seen(who=lead):
        answer = signed_in(who).get(held.get_absolute_url())
        (group,) = answer.context["steps"]
        return answer.content.decode(), {task.name: task for task in group.tasks}

    said, tasks = seen()
    assert "Nothing is missing: look through it, then publish it" in said
    for zero in ("No case waits", "0 of 0", "sent applications awarded"):
        assert zero not in said
    assert {task.status for task in tasks.values()} <= {"Completed", "Optional"}
    # One thing after the other goes wrong: each is said beside its part, and counted.
    held.criteria.filter(code="C1").update(weight=50)
    held.questions.filter(kind="needs").update(in_short_form=False)
    held.programme.funders.all().delete()
    said, tasks = seen()
    assert "3 things to do before it can be published" in said
    wrong = {name: task.hint for name, task in tasks.items() if task.status == "To do"}
    assert sorted(wrong) == [
        "Look through the criteria",
        "Look through the questions",
        "Say who pays",
    ]
    assert sorted(wrong.values()) == sorted(Round.objects.get(pk=held.pk).publish_blockers())
    assert all(task.url for task in tasks.values())
    said, tasks = seen(staff(TeamRole.OFFICER))
    assert not any(task.url for task in tasks.values())

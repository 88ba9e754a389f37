"""The verbs of outcome reports: who may, from which state, what stands in the way, what follows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady, blockers
from focus_people.actions import record_consent, withdraw_consent
from focus_people.workflow import report_death
from grants.enums import GrantState
from grants.workflow import terminate
from outcomes import actions, workflow
from outcomes.enums import AnswerStatus, Point, ReportState
from outcomes.indicators import Value
from outcomes.models import Answer, OutcomeReport
from tests.factories import outcomes as reports
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.outcomes import drafted, filled, first_session, heron_baseline, heron_report

from .conftest import noon

pytestmark = pytest.mark.django_db
M3_DAY = date(2025, 10, 14)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def report_at(grant, state):
    """HERON's 3-month report, walked to a state."""
    lead, officer = lead_of(grant.organisation), staff(TeamRole.OFFICER)
    report = drafted(grant, Point.M3, lead)
    if state == ReportState.WAIVED:
        return workflow.waive(report, by=officer, reason="The service has closed")
    if state == ReportState.DRAFT:
        return report
    report = workflow.submit(report, by=lead)
    if state == ReportState.RETURNED:
        return workflow.send_back(report, by=officer, reason="Is 15 right?")
    if state == ReportState.ACCEPTED:
        return workflow.accept(report, by=officer)
    return report


# --- state × verb × role ----------------------------------------------------------------------

VERBS = {
    "submit": (lambda r, by: workflow.submit(r, by=by), {"draft", "returned"}),
    "accept": (lambda r, by: workflow.accept(r, by=by), {"submitted"}),
    "send_back": (lambda r, by: workflow.send_back(r, by=by, reason="Why?"), {"submitted"}),
    "waive": (lambda r, by: workflow.waive(r, by=by, reason="Gone"), {"draft", "returned"}),
}
MAY = {
    "submit": {"lead", "lead_and_officer"},
    "accept": {"officer"},
    "send_back": {"officer"},
    "waive": {"officer", "programme_lead"},
}


def people(held):
    both = member(held, MemberRole.LEAD)
    both.team_memberships.create(role=TeamRole.OFFICER)
    root = user()
    root.is_superuser = True
    root.save()
    return {
        "lead": lead_of(held),
        "contributor": member(held),
        "helper": member(held, MemberRole.HELPER),
        "other_lead": lead_of(organisation()),
        "lead_and_officer": both,
        "officer": staff(TeamRole.OFFICER),
        "programme_lead": staff(TeamRole.PROGRAMME_LEAD),
        "finance": staff(TeamRole.FINANCE),
        "panel": staff(TeamRole.PANEL_MEMBER),
        "chair": staff(TeamRole.PANEL_CHAIR),
        "funder": staff(TeamRole.FUNDER),
        "auditor": staff(TeamRole.AUDITOR),
        "superuser": root,
    }


@pytest.mark.parametrize("state", list(ReportState))
def test_who_may_do_what_from_which_state(started, state):
    with clock.at(noon(M3_DAY)):
        report = report_at(started, state)
        who = people(started.organisation)
        for name, (verb, sources) in VERBS.items():
            for role, person in who.items():
                expected = None if role in MAY[name] else NotAllowed
                if expected is None and state not in sources:
                    expected = NotReady
                with transaction.atomic():
                    if expected is None:
                        verb(report, person)
                    else:
                        with pytest.raises(expected):
                            verb(report, person)
                    transaction.set_rollback(True)
    assert fresh(report).state == state


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("lead", True),
        ("contributor", True),
        ("lead_and_officer", True),
        ("helper", False),
        ("other_lead", False),
        ("officer", False),
        ("finance", False),
        ("superuser", False),
    ],
)
def test_who_may_start_and_save(agreed, role, may):
    person = people(agreed.organisation)[role]
    with clock.at(noon(date(2025, 7, 1))):
        if may:
            report = workflow.start_baseline(agreed, by=person)
            assert filled(report, person).version == 1
        else:
            with pytest.raises(NotAllowed):
                workflow.start_baseline(agreed, by=person)
            report = workflow.start_baseline(agreed, by=lead_of(agreed.organisation))
            with pytest.raises(NotAllowed):
                filled(report, person)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("lead", True),
        ("contributor", True),
        ("lead_and_officer", True),
        ("officer", True),
        ("programme_lead", True),
        ("helper", False),
        ("other_lead", False),
        ("finance", False),
        ("panel", False),
        ("chair", False),
        ("funder", False),
        ("auditor", False),
        ("superuser", False),
    ],
)
def test_who_sees_reports(active, role, sees):
    person = people(active.organisation)[role]
    assert OutcomeReport.objects.visible_to(person).exists() is sees
    assert person.has_perm("outcomes.view_reports", active) is sees


# --- the baseline -----------------------------------------------------------------------------


def test_a_baseline_activates_the_grant_and_locks_the_plan(active):
    assert active.state == GrantState.ACTIVE
    assert active.activated_on == date(2025, 7, 1)
    plan = active.application.person.plans.get(point="before")
    assert plan.locked_at is not None
    report = active.outcome_reports.get()
    assert (report.state, report.window_start) == (ReportState.SUBMITTED, date(2025, 6, 3))
    assert report.risk_at_baseline().is_evidenced


def test_a_baseline_that_comes_back_is_sent_again_and_activates_once(active):
    lead = lead_of(active.organisation)
    with clock.at(noon(date(2025, 7, 2))):
        report = active.outcome_reports.get()
        report = workflow.send_back(report, by=staff(TeamRole.OFFICER), reason="Is 22 right?")
        assert report.return_reason == "Is 22 right?"
        report = workflow.submit(filled(report, lead, {"incidents": 23}), by=lead)
    assert (report.state, report.return_reason) == (ReportState.SUBMITTED, "")
    assert fresh(active).activated_on == date(2025, 7, 1)


def test_a_baseline_is_locked_by_the_first_session(started):
    report = started.outcome_reports.get()
    with pytest.raises(NotReady) as refused:
        workflow.send_back(report, by=staff(TeamRole.OFFICER), reason="Is 22 right?")
    assert refused.value.blockers == [
        "The first session was held on 16 July 2025. The baseline is locked from that day."
    ]


def test_a_baseline_is_never_waived(agreed):
    with pytest.raises(NotReady, match="cannot be left out"):
        workflow.waive_point(agreed, Point.BASELINE, by=staff(TeamRole.OFFICER), reason="Late")
    assert not agreed.outcome_reports.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"window_end": date(2025, 7, 2)}, "The 28 days must have passed"),
        ({"window_end": None}, "Say which 28 days you counted."),
        ({"window_end": date(2025, 6, 2)}, "no more than 28 days before today"),
        ({"days_observed": None}, "Say on how many of those days"),
        ({"days_observed": 29}, "There are 28 days in the count at most."),
        ({"rater": ""}, "Say who rated the quality of life."),
    ],
)
def test_what_stands_in_the_way_of_a_baseline(agreed, more, sentence):
    lead = lead_of(agreed.organisation)
    with clock.at(noon(date(2025, 7, 1))):
        report = drafted(agreed, Point.BASELINE, lead, **more)
        with pytest.raises(NotReady, match=sentence):
            workflow.submit(report, by=lead)


def test_a_baseline_without_a_plan_is_not_ready(agreed):
    lead = lead_of(agreed.organisation)
    with clock.at(noon(date(2025, 7, 1))):
        report = drafted(agreed, Point.BASELINE, lead)
        agreed.application.person.plans.all().delete()
        assert blockers(report, "submit") == [
            "There is no support plan for “before” yet. Write down a normal week first."
        ]


def test_a_report_without_consent_is_not_ready(agreed):
    lead = lead_of(agreed.organisation)
    with clock.at(noon(date(2025, 7, 1))):
        report = drafted(agreed, Point.BASELINE, lead)
        withdraw_consent(agreed.application.person, by=lead)
        assert blockers(fresh(report), "submit") == [
            "No consent or best-interests decision that covers reporting stands on the record."
        ]


def test_a_newer_basis_that_does_not_cover_reporting_counts(agreed):
    """An older one that did is superseded."""
    lead = lead_of(agreed.organisation)
    with clock.at(noon(date(2025, 7, 1))):
        report = drafted(agreed, Point.BASELINE, lead)
        record_consent(
            agreed.application.person,
            by=lead,
            basis="person_consented",
            decided_on=date(2025, 6, 30),
            decision_maker="person",
            covers_reporting=False,
        )
        assert blockers(fresh(report), "submit") == [
            "No consent or best-interests decision that covers reporting stands on the record."
        ]


# --- follow-ups -------------------------------------------------------------------------------


def test_follow_ups_wait_for_baseline_and_session(agreed):
    lead = lead_of(agreed.organisation)
    with clock.at(noon(date(2025, 7, 1))):
        assert workflow.start_blockers(agreed, Point.M3) == [
            "The baseline comes first: without it there is nothing to compare with."
        ]
        heron_baseline(agreed, lead)
        assert workflow.start_blockers(fresh(agreed), Point.M3) == [
            "No session has been held yet, so nothing is due."
        ]


def test_a_point_is_reported_once(started):
    lead = lead_of(started.organisation)
    workflow.start_report(started, Point.M3, by=lead)
    with pytest.raises(NotReady, match="started already"):
        workflow.start_report(started, Point.M3, by=lead)


@pytest.mark.parametrize(
    ("point", "day", "sentence"),
    [
        (Point.M3, date(2025, 9, 23), "sent from 24 September 2025"),
        (Point.M6, date(2025, 12, 16), "sent from 17 December 2025"),
        (Point.M12, date(2026, 6, 3), "sent from 4 June 2026"),
    ],
)
def test_early_reports_are_refused_and_those_of_the_next_day_are_not(started, point, day, sentence):
    lead = lead_of(started.organisation)
    with clock.at(noon(day)):
        report = drafted(started, point, lead)
        with pytest.raises(NotReady, match=sentence):
            workflow.submit(report, by=lead)
    with clock.at(noon(day + timedelta(days=1))):
        assert workflow.submit(report, by=lead).state == ReportState.SUBMITTED


def test_a_late_report_is_still_a_report(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(date(2026, 3, 1))):
        report = drafted(started, Point.M3, lead, window_end=date(2025, 10, 14))
        assert workflow.submit(report, by=lead).state == ReportState.SUBMITTED


@pytest.mark.parametrize(
    ("window_end", "sentence"),
    [
        (date(2025, 8, 1), "Count days after the first session, 16 July 2025."),
        (date(2025, 8, 20), "too long ago for this report, due 15 October 2025"),
    ],
)
def test_a_follow_up_counts_days_of_its_own_time(started, window_end, sentence):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = drafted(started, Point.M3, lead, window_end=window_end)
        assert any(sentence in words for words in blockers(report, "submit"))


def test_every_gap_is_said(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = drafted(started, Point.M3, lead, {"others_count": None, "incidents": None})
        assert blockers(report, "submit") == [
            "2 questions have neither an answer nor a reason: Incidents of behaviour that "
            "challenges; Other people whom the trained staff support."
        ]


def test_of_many_gaps_three_are_named_and_the_others_counted(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        empty = workflow.start_report(started, Point.M3, by=lead)
        (words,) = [w for w in blockers(empty, "submit") if "neither an answer" in w]
    assert words.endswith(f"; and {int(words.split()[0]) - 3} more.")
    assert words.count(";") == 3


@pytest.mark.parametrize("status", [s for s in AnswerStatus if s != AnswerStatus.VALUE])
def test_a_reason_is_an_answer_and_never_a_zero(started, status):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = heron_report(started, Point.M3, lead, {"incidents": status})
    assert report.values()["incidents"] == Value(status=status)


def test_a_claim_without_its_conditions_is_refused(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = drafted(started, Point.M3, lead, {"bed_nights": 3, "attested_by": "trainer"})
        assert blockers(report, "submit") == [
            "There were nights in hospital, so no admission was avoided. Choose another answer.",
            "The trainer may not attest it. Choose somebody else’s role.",
        ]


def test_the_evidence_of_the_baseline_decides_and_later_changes_do_not(started):
    person = started.application.person
    person.dsr_rating, person.risk_evidence, person.cohort = "green", [], ""
    person.save()
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        assert heron_report(started, Point.M3, lead).state == ReportState.SUBMITTED


def test_answers_to_questions_that_are_not_asked_go_with_the_sending(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = heron_report(started, Point.M3, lead, {"admission": "none_not_at_risk"})
    assert not {"contribution", "attested_by"} & set(report.values())


def test_the_report_that_the_round_names_is_noted_on_the_grant(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        reports.accepted(heron_report(started, Point.M3, lead))
    assert fresh(started).final_report_accepted_on is None
    with clock.at(noon(date(2026, 1, 12))):
        reports.accepted(heron_report(started, Point.M6, lead))
    assert fresh(started).final_report_accepted_on == date(2026, 1, 12)


def test_waiving_a_point_that_nobody_started(started):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    report = workflow.waive_point(started, Point.M12, by=lead, reason="The service has closed")
    assert (report.state, report.waived_by) == (ReportState.WAIVED, lead)


def test_an_accepted_report_does_not_change(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = reports.accepted(heron_report(started, Point.M3, lead))
        with pytest.raises(NotReady, match="does not change any more"):
            filled(report, lead, {"incidents": 1})
    assert fresh(report).values()["incidents"].number == 15


def test_death_stops_everything_the_same_day(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = drafted(started, Point.M3, lead)
        report_death(started.application.person, by=lead)
        sentence = "HERON has died. Nothing more is asked."
        assert blockers(fresh(report), "submit") == [sentence]
        assert blockers(fresh(report), "edit") == [sentence]
        assert workflow.start_blockers(fresh(started), Point.M6) == [sentence]


def test_an_early_end_stops_everything(started):
    terminate(started, by=staff(TeamRole.PROGRAMME_LEAD), reason="The person has moved away")
    assert workflow.start_blockers(fresh(started), Point.M3) == [
        "This grant has ended. Nothing more is asked."
    ]


def test_nobody_is_asked_to_put_a_report_right_about_somebody_who_died(started):
    """Sent before the death: an officer can accept it, and asks nothing about it."""
    with clock.at(noon(M3_DAY)):
        report = report_at(started, ReportState.SUBMITTED)
        report_death(started.application.person, by=lead_of(started.organisation))
        officer = staff(TeamRole.OFFICER)
        with pytest.raises(NotReady, match="HERON has died"):
            workflow.send_back(fresh(report), by=officer, reason="Is 15 right?")
        assert not OutboxMessage.objects.filter(subject__contains="question")
        assert workflow.accept(fresh(report), by=officer).state == ReportState.ACCEPTED


# --- saving -----------------------------------------------------------------------------------


def test_an_older_copy_never_overwrites_a_newer_one(agreed):
    lead = lead_of(agreed.organisation)
    report = workflow.start_baseline(agreed, by=lead)
    filled(report, lead, version=0)
    with pytest.raises(NotReady, match="Somebody has saved this report"):
        filled(report, lead, {"incidents": 1}, version=0)
    assert fresh(report).values()["incidents"].number == 22


def test_saving_again_replaces_and_takes_out(agreed):
    lead = lead_of(agreed.organisation)
    report = workflow.start_baseline(agreed, by=lead)
    filled(report, lead)
    filled(report, lead, {"incidents": 0, "prn": None})
    held = fresh(report).values()
    assert held["incidents"] == Value(number=Decimal(0))
    assert "prn" not in held


def test_an_item_of_another_point_is_refused(agreed):
    lead = lead_of(agreed.organisation)
    report = workflow.start_baseline(agreed, by=lead)
    with pytest.raises(NotReady, match="does not ask for others_count"):
        actions.save_report(
            report, by=lead, answers={"others_count": Value(number=Decimal(1))}, version=0
        )


def test_no_change_copies_the_last_plan_as_that_of_the_point(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(M3_DAY)):
        report = workflow.start_report(started, Point.M3, by=lead)
        plan = actions.confirm_no_change(report, by=lead)
        assert (plan.point, plan.version, plan.lines.count()) == ("after_m3", 2, 6)
        assert plan.confidence == "estimated"
        with pytest.raises(NotReady, match="has its version of the plan already"):
            actions.confirm_no_change(report, by=lead)


# --- the database refuses too -----------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "value"},
        {"status": "value", "number": Decimal(1), "choice": "yes"},
        {"status": "not_known", "number": Decimal(0)},
        {"status": "declined", "choice": "yes"},
        {"status": "value", "number": Decimal(-1)},
        {"status": "something"},
    ],
)
def test_an_answer_is_a_value_or_a_reason(active, fields):
    report = active.outcome_reports.get()
    report.answers.filter(item="incidents").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(report=report, item="incidents", **fields)


def test_the_database_refuses_a_second_report_and_a_second_answer(active):
    lead = lead_of(active.organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeReport.objects.create(grant=active, point=Point.BASELINE, started_by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            report=active.outcome_reports.get(), item="incidents", status="not_known"
        )


# --- what others hear -------------------------------------------------------------------------


def test_mails_and_trail_say_no_answer(started):
    lead = lead_of(started.organisation)
    OutboxMessage.objects.all().delete()
    with clock.at(noon(M3_DAY)):
        report = heron_report(started, Point.M3, lead)
        report = workflow.send_back(report, by=staff(TeamRole.OFFICER), reason="Is 15 right?")
        report = workflow.submit(report, by=lead)
        workflow.accept(report, by=staff(TeamRole.OFFICER))
    reference = f"{started.reference}-M3"
    to_lead = OutboxMessage.objects.filter(to=lead.email).order_by("pk")
    assert [m.subject for m in to_lead] == [
        f"{reference}: a question about your report",
        f"{reference}: your report is accepted",
    ]
    assert not any("15 right" in m.body for m in OutboxMessage.objects.all())
    rows = AuditEvent.objects.filter(subject_ref=reference).order_by("pk")
    assert [row.event for row in rows] == [
        "report.started",
        "report.saved",
        "report.submitted",
        "report.returned",
        "report.submitted",
        "report.accepted",
    ]


def test_two_sessions_count_from_the_first_that_stands(active):
    from outcomes import schedule
    from training.workflow import void_session

    lead = lead_of(active.organisation)
    with clock.at(noon(date(2025, 8, 1))):
        early = first_session(active, lead, on=date(2025, 7, 16))
        first_session(active, lead, on=date(2025, 7, 20))
        assert schedule.start_of(active) == date(2025, 7, 16)
        void_session(early, by=lead, reason="Logged by mistake")
        assert schedule.start_of(active) == date(2025, 7, 20)
        assert schedule.due_on(active, Point.M3) == date(2025, 10, 19)

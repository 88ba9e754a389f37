"""Writing, sending, asking and passing on: what stands in the way, and what happens."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady, blockers
from focus_people import actions as people
from grants import actions, reports, workflow
from grants.enums import (
    ApplicationState,
    Declaration,
    EligibilityCriterion,
    FormKind,
    LineKind,
    LineVerdict,
    Verdict,
)
from grants.models import Application, CaseFile
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.focus_people import heron, person
from tests.factories.grants import (
    DECLARATIONS,
    application_at,
    checked,
    heron_answers,
    heron_lines,
    programme_and_round,
    started,
)

pytestmark = pytest.mark.django_db
LONDON = clock.LONDON


def at(day, month, hour=12):
    return clock.at(datetime(2025, month, day, hour, tzinfo=LONDON))


# Starting --------------------------------------------------------------------------------------


def test_references_count_up_within_the_london_year():
    with at(6, 5):
        open_round = programme_and_round()
        first, second = started(round=open_round), started(round=open_round)
    assert (first.reference, second.reference) == ("PWB-2025-0001", "PWB-2025-0002")


def test_one_live_application_per_person_and_round():
    first = started()
    lead = lead_of(first.organisation)
    with pytest.raises(NotReady, match=first.reference):
        workflow.start_application(first.person, by=lead, round=first.round)
    workflow.withdraw(first, by=lead, reason="Started twice")
    assert workflow.start_application(first.person, by=lead, round=first.round).pk != first.pk


def test_start_is_refused_in_a_closed_round_and_to_a_helper():
    held = organisation()
    lead = lead_of(held)
    whose = heron(held, lead)
    over = programme_and_round(
        opens_at=clock.now() - clock.timedelta(days=9),
        closes_at=clock.now() - clock.timedelta(days=1),
    )
    with pytest.raises(NotReady, match="not open now"):
        workflow.start_application(whose, by=lead, round=over)
    with pytest.raises(NotAllowed):
        workflow.start_application(whose, by=member(held, MemberRole.HELPER), round=over)


# What stands in the way of sending ---------------------------------------------------------------


def test_a_complete_application_has_nothing_in_its_way():
    assert application_at(ApplicationState.DRAFT).submit_blockers() == []


def test_an_empty_application_says_everything_that_is_missing():
    held = organisation(verified=False)
    lead = lead_of(held)
    made = started(person=person(held, lead, alias="WREN", cohort=""))
    assert made.submit_blockers() == [
        f"{held} is not verified yet. An officer does this, usually within 2 working days.",
        "Record consent or a best-interests decision for WREN.",
        "Say whether WREN is at risk of admission, about to be discharged or moving to adult "
        "services.",
        "Add at least one person to WREN’s circle of support.",
        *(
            f"Question {q.number} ({q.short_name}) has no answer yet."
            for q in made.round.questions.filter(number__lt=4).order_by("number")
        ),
        "Choose the needs that the learning is for: question 4.",
        *(
            f"Question {q.number} ({q.short_name}) has no answer yet."
            for q in made.round.questions.filter(number__in=(5, 6)).order_by("number")
        ),
        "Set out what will be different: question 7.",
        *(
            f"Question {q.number} ({q.short_name}) has no answer yet."
            for q in made.round.questions.filter(number__gt=7).order_by("number")
        ),
        "Add at least one line to the budget.",
    ]


def test_a_round_that_closed_and_a_consent_withdrawn_stand_in_the_way():
    made = application_at(ApplicationState.DRAFT)
    people.withdraw_consent(made.person, by=lead_of(made.organisation))
    made.round.closes_at = clock.now()
    assert made.submit_blockers() == [
        f"{made.round} is not open now.",
        "Record consent or a best-interests decision for HERON.",
    ]


def test_an_answer_over_its_words_is_kept_and_cannot_be_sent():
    made = application_at(ApplicationState.DRAFT)
    question = made.round.questions.get(number=3)
    long = "word " * 151
    kept = actions.save_answer(
        made, question, by=lead_of(made.organisation), text=long.strip(), version=1
    )
    assert kept.version == 2
    assert made.submit_blockers() == [
        "Question 3 (The circle and who will learn) has 151 words. Shorten it to 150 or fewer."
    ]


def only_line(made, amount, **more):
    lead = lead_of(made.organisation)
    for line in made.lines.all():
        actions.remove_line(line, by=lead)
    actions.save_line(
        made,
        by=lead,
        needs=made.person.needs.all()[:1],
        **{
            "category": "venue",
            "description": "One thing",
            "topic": "",
            "quantity": Decimal(1),
            "unit_cost": Decimal(amount),
            "kind": LineKind.CASH,
            "justification": "",
        }
        | more,
    )


@pytest.mark.parametrize(
    ("amount", "sentences"),
    [
        ("999.99", ["The least you can ask for is £1,000. The budget asks for £999.99."]),
        ("1000.00", []),
        ("8000.00", []),
        (
            "8000.01",
            ["You can ask for up to £8,000. The budget asks for £8,000.01: £0.01 too much."],
        ),
    ],
)
def test_limits_are_inclusive(amount, sentences):
    made = application_at(ApplicationState.DRAFT)
    only_line(made, amount)
    assert made.submit_blockers() == sentences


def test_in_kind_counts_nothing_towards_the_limit():
    made = application_at(ApplicationState.DRAFT)
    only_line(made, "5000.00", kind=LineKind.IN_KIND)
    assert made.figures.requested == Decimal("0.00")
    assert made.figures.in_kind == Decimal("5000.00")
    assert made.submit_blockers() == [
        "The least you can ask for is £1,000. The budget asks for £0.00."
    ]


@pytest.mark.parametrize(
    ("category", "limit", "over"),
    [("backfill", "30", "3000.01"), ("evaluation", "10", "777.79"), ("management", "5", "368.43")],
)
def test_shares_of_the_eligible_total_have_limits(category, limit, over):
    made = application_at(ApplicationState.DRAFT)
    only_line(made, "7000.00")
    actions.save_line(
        made,
        by=lead_of(made.organisation),
        needs=made.person.needs.all()[:1],
        category=category,
        description="Its share",
        topic="",
        quantity=Decimal(1),
        unit_cost=Decimal(over),
        kind=LineKind.CASH,
        justification="",
    )
    said = [s for s in made.submit_blockers() if "what can be considered" in s]
    assert len(said) == 1
    assert f"up to {limit}%" in said[0]


def test_a_line_without_a_need_and_with_a_need_not_chosen_stand_in_the_way():
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    made.lines.get(number=3).needs.clear()
    actions.choose_needs(made, by=lead, needs=made.person.needs.exclude(number=6))
    assert made.submit_blockers() == [
        "Line 3 names no need. Choose the need that it is for.",
        "Line 6 names a need that question 4 does not choose.",
    ]


def test_the_short_form_asks_eight_questions_and_has_its_own_limit():
    made = application_at(ApplicationState.DRAFT)
    actions.change_form(made, by=lead_of(made.organisation), form=FormKind.SHORT)
    made = Application.objects.get(pk=made.pk)
    assert made.submit_blockers() == [
        "The short form is for up to £2,500. Change to the full form: nothing you have written is "
        "lost."
    ]
    only_line(made, "2500.00")
    assert made.submit_blockers() == []
    sent = workflow.submit(made, by=lead_of(made.organisation), declarations=DECLARATIONS)
    answers = CaseFile.objects.get(application=sent).content["answers"]
    assert [a["number"] for a in answers] == [1, 2, 3, 5, 9, 11]


def test_a_budget_has_at_most_25_lines():
    made = application_at(ApplicationState.DRAFT)
    lead, need = lead_of(made.organisation), made.person.needs.all()[:1]
    line = {
        "category": "venue",
        "description": "A room",
        "topic": "",
        "quantity": Decimal(1),
        "unit_cost": Decimal(1),
        "kind": LineKind.IN_KIND,
        "justification": "",
    }
    for _ in range(14):
        actions.save_line(made, by=lead, needs=need, **line)
    with pytest.raises(NotReady, match="at most 25 lines"):
        actions.save_line(made, by=lead, needs=need, **line)
    actions.remove_line(made.lines.get(number=2), by=lead)
    assert actions.save_line(made, by=lead, needs=need, **line).number == 2


# Sending -----------------------------------------------------------------------------------------


def test_sending_needs_all_eight_declarations():
    made = application_at(ApplicationState.DRAFT)
    ticked = [d.value for d in Declaration if d != Declaration.SAFEGUARDING]
    with pytest.raises(NotReady, match="safeguarding policy"):
        workflow.submit(made, by=lead_of(made.organisation), declarations=ticked)
    assert CaseFile.objects.count() == 0


def test_only_the_lead_sends():
    made = application_at(ApplicationState.DRAFT)
    for role in (MemberRole.CONTRIBUTOR, MemberRole.HELPER):
        with pytest.raises(NotAllowed):
            workflow.submit(made, by=member(made.organisation, role), declarations=DECLARATIONS)


def test_sending_twice_sends_once():
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    workflow.submit(made, by=lead, declarations=DECLARATIONS)
    with pytest.raises(NotReady, match="moved on"):
        workflow.submit(made, by=lead, declarations=DECLARATIONS)
    assert CaseFile.objects.filter(application=made).count() == 1
    assert AuditEvent.objects.filter(event="application.submitted").count() == 1


def test_the_case_file_is_frozen_and_names_nobody():
    sent = application_at(ApplicationState.SUBMITTED)
    content = CaseFile.objects.get(application=sent).content
    assert (content["requested"], content["eligible"]) == ("7987.20", "7762.20")
    assert content["cover_percent"] == "27.2"
    assert [line["code"] for line in content["lines"]] == [f"L{n}" for n in range(1, 12)]
    assert content["lines"][3]["needs"] == ["N4", "N5"]
    assert len(content["needs"]) == 6
    assert len(content["outcomes"]) == 4
    assert sent.organisation.name not in str(content)
    with pytest.raises(TypeError):
        CaseFile.objects.filter(application=sent).update(content={})


def test_nothing_can_be_changed_after_sending():
    sent = application_at(ApplicationState.SUBMITTED)
    lead = lead_of(sent.organisation)
    question = sent.round.questions.get(number=1)
    with pytest.raises(NotReady, match="closed for changes"):
        actions.save_answer(sent, question, by=lead, text="Other", version=1)
    with pytest.raises(NotReady, match="closed for changes"):
        actions.remove_line(sent.lines.get(number=1), by=lead)


def test_mails_hold_no_detail_of_the_person_or_the_money():
    made = application_at(ApplicationState.DRAFT)
    OutboxMessage.objects.all().delete()
    lead, officer = lead_of(made.organisation), staff(TeamRole.OFFICER)
    workflow.submit(made, by=lead, declarations=DECLARATIONS)
    made = workflow.start_check(made, by=officer)
    made = workflow.ask(made, by=officer, words="A question that stays inside")
    actions.save_reply(made.clarifications.get(), by=lead, text="A reply that stays inside")
    made = workflow.resubmit(made, by=lead)
    workflow.pass_to_panel(checked(made, officer), by=officer)
    sent = OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)
    subjects = list(dict.fromkeys(sent))
    ref = made.reference
    assert subjects == [
        f"We have your application {ref}",
        f"Application {ref} waits for its check",
        f"A question about your application {ref}",
        f"Application {ref}: the reply is in",
    ]
    for body in OutboxMessage.objects.values_list("body", flat=True):
        for secret in ("HERON", "stays inside", "£", "N1"):
            assert secret not in body


# Checking ----------------------------------------------------------------------------------------


def test_passing_to_the_panel_needs_every_criterion_and_every_line():
    made = application_at(ApplicationState.IN_CHECK)
    officer = staff(TeamRole.OFFICER)
    assert made.pass_to_panel_blockers() == [
        "Check the eligibility criteria. None is met yet.",
        "Accept or refuse L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11.",
    ]
    checked(made, officer)
    assert made.pass_to_panel_blockers() == []
    doubtful = {EligibilityCriterion.NO_DOUBLE.value: (Verdict.UNSURE.value, "Ask")}
    actions.record_findings(made, by=officer, found=doubtful)
    assert made.pass_to_panel_blockers() == ["Not met yet: nothing is paid for twice."]


def test_what_is_eligible_must_stay_within_the_limits():
    made = application_at(ApplicationState.IN_CHECK)
    officer = staff(TeamRole.OFFICER)
    checked(made, officer)
    refused = made.lines.exclude(number__in=(9, 10)).values_list("number", flat=True)
    actions.judge_lines(
        made, by=officer, judged=dict.fromkeys(refused, (LineVerdict.REFUSED, "Too much"))
    )
    assert made.pass_to_panel_blockers() == [
        "What is eligible comes to £215.00. It must be between £1,000 and £8,000."
    ]


def test_a_refusal_needs_its_reason():
    made = application_at(ApplicationState.IN_CHECK)
    with pytest.raises(NotReady, match="Say why L11 is refused"):
        actions.judge_lines(
            made, by=staff(TeamRole.OFFICER), judged={11: (LineVerdict.REFUSED, " ")}
        )


def test_finding_not_eligible_needs_a_criterion_that_is_not_met():
    made = application_at(ApplicationState.IN_CHECK)
    assert blockers(made, "find_ineligible") == ["Record which criterion is not met first."]


def test_an_officer_does_not_check_their_own_organisation():
    made = application_at(ApplicationState.SUBMITTED)
    officer = staff(TeamRole.OFFICER)
    made.organisation.memberships.create(user=officer, role=MemberRole.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        workflow.start_check(made, by=officer)


def test_a_case_is_given_only_to_staff_from_elsewhere():
    made = application_at(ApplicationState.IN_CHECK)
    one, two = staff(TeamRole.OFFICER), staff(TeamRole.OFFICER)
    assert actions.assign_officer(made, by=one, officer=two).case_officer == two
    two.forget_roles()
    made.organisation.memberships.create(user=one, role=MemberRole.CONTRIBUTOR)
    one.forget_roles()
    with pytest.raises(NotReady, match="does not belong"):
        actions.assign_officer(made, by=two, officer=one)
    with pytest.raises(NotReady, match="does not belong"):
        actions.assign_officer(made, by=two, officer=staff(TeamRole.PANEL_MEMBER))


# Asking, and the clock ----------------------------------------------------------------------------


def test_heron_clock_gross_32_stopped_5_net_27():
    officer = staff(TeamRole.OFFICER)
    with at(6, 5):
        open_round = programme_and_round()
        made = started(round=open_round)
        lead = lead_of(made.organisation)
        heron_answers(made, lead)
        heron_lines(made, lead)
    with at(19, 5):
        made = workflow.submit(made, by=lead, declarations=DECLARATIONS)
        assert reports.clock(made).due_on == date(2025, 6, 18)
    with at(22, 5):
        made = workflow.start_check(made, by=officer)
    with at(23, 5):
        made = workflow.ask(
            made, by=officer, words="L8: who pays?", question=made.round.questions.get(number=9)
        )
        time = reports.clock(made)
        assert (time.net_days, time.stopped_days, time.is_stopped) == (4, 0, True)
    with at(28, 5):
        assert reports.clock(made).net_days == 4
        actions.save_reply(
            made.clarifications.get(), by=lead, text="The family comes in its own time."
        )
        made = workflow.resubmit(made, by=lead)
        time = reports.clock(made)
        assert (time.gross_days, time.stopped_days, time.net_days) == (9, 5, 4)
        assert time.due_on == date(2025, 6, 23)
        assert not time.is_stopped
    with at(20, 6):
        time = reports.clock(workflow.pass_to_panel(checked(made, officer), by=officer))
        assert (time.gross_days, time.stopped_days, time.net_days) == (32, 5, 27)
    versions = CaseFile.objects.filter(application=made).order_by("version")
    assert [v.version for v in versions] == [1, 2, 3]


def test_a_reply_is_needed_and_only_the_lead_sends_it():
    made = application_at(ApplicationState.RETURNED)
    lead = lead_of(made.organisation)
    writer = member(made.organisation, MemberRole.CONTRIBUTOR)
    assert made.resubmit_blockers() == ["Reply to question 1 from the officer."]
    actions.save_reply(made.clarifications.get(), by=writer, text="No, it does not.")
    with pytest.raises(NotAllowed):
        workflow.resubmit(made, by=writer)
    made = workflow.resubmit(made, by=lead)
    assert made.state == ApplicationState.IN_CHECK
    with pytest.raises(NotReady, match="answered already"):
        actions.save_reply(made.clarifications.get(), by=writer, text="Later")


def test_a_returned_application_opens_only_where_it_was_asked():
    made = application_at(ApplicationState.RETURNED)
    lead = lead_of(made.organisation)
    nine, one = made.round.questions.get(number=9), made.round.questions.get(number=1)
    assert actions.save_answer(made, nine, by=lead, text="Nobody pays.", version=1).version == 2
    with pytest.raises(NotReady):
        actions.save_answer(made, one, by=lead, text="Other", version=1)
    with pytest.raises(NotReady):
        actions.remove_line(made.lines.get(number=11), by=lead)
    workflow.ask(made, by=staff(TeamRole.OFFICER), words="L11?")
    actions.remove_line(made.lines.get(number=11), by=lead)
    assert made.clock_stops.count() == 1


def test_withdrawing_ends_the_clock_and_frees_the_person():
    made = application_at(ApplicationState.RETURNED)
    made = workflow.withdraw(made, by=lead_of(made.organisation), reason="Moved away")
    assert reports.clock(made).is_over
    assert not made.clock_stops.filter(until_on=None).exists()
    assert not Application.objects.live().exists()


# Before the release nothing is told -----------------------------------------------------------------


def test_an_applicant_is_told_nothing_of_a_decision_before_its_release(client):
    from tests.factories.awards import recommended

    made = recommended()
    lead = lead_of(made.organisation)
    client.force_login(lead)
    assert (made.applicant_state, made.applicant_label) == ("with_panel", "With the panel")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "With the panel" in page
    assert "ecommended" not in page
    assert "80.33" not in page
    refused = client.post(f"{made.get_absolute_url()}submit/")
    assert refused.status_code == 409
    assert "recommended" not in refused.content.decode().lower()
    listed = client.get("/api/v1/applications/").json()["results"]
    assert [row["state"] for row in listed] == ["with_panel"]
    for state, n in (("recommended", 0), ("with_panel", 1)):
        assert client.get(f"/api/v1/applications/?state={state}").json()["count"] == n
    for owner, n in (("lead", 0), ("panel", 1)):
        assert client.get(f"/api/v1/applications/?waits={owner}").json()["count"] == n

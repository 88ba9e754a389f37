"""The figures of a grant: what is paid in advance, spent, owed, owed back; what stands in the way."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotReady
from grants import award_reports, workflow
from grants.enums import ApplicationState, GrantState, LineKind, Outcome
from grants.models import Grant, Payment
from grants.working_days import bank_holidays, working_days_after
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import (
    AWARD,
    accepted,
    accepted_claim,
    claim,
    decided,
    final_payment,
    first_payment,
    grant_at,
    offer,
    paid,
    recommended,
    released,
)
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon

pytestmark = pytest.mark.django_db

D = Decimal


def sentences(call, *args, **kw):
    with pytest.raises(NotReady) as refused:
        call(*args, **kw)
    return refused.value.blockers


# The worked example (domain 10.3) ----------------------------------------------------------------


def test_heron_is_awarded_paid_spent_and_settled():
    grant = grant_at(GrantState.AGREED)
    assert first_payment(grant).amount == D("6209.76")
    paid(grant.live_payment("first"))
    workflow.activate(grant, by=lead_of(grant.organisation))
    accepted_claim(grant)
    money = award_reports.money_of(Grant.objects.get(pk=grant.pk))
    assert (money.awarded, money.paid, money.spent) == (AWARD, D("6209.76"), D("7338.20"))
    assert (money.underspend, money.owed, money.owed_back) == (D("424.00"), D("1128.44"), D(0))
    assert final_payment(grant).amount == D("1128.44")


def test_spent_by_a_cut_off_counts_what_was_accepted_by_the_end_of_that_london_day():
    grant = grant_at(GrantState.ACTIVE)
    with time_machine.travel(datetime(2030, 6, 30, 22, 30, tzinfo=UTC)):  # 23:30 in London
        accepted_claim(grant)
    assert award_reports.spent(grant, date(2030, 6, 29)) == 0
    assert award_reports.spent(grant, date(2030, 6, 30)) == D("7338.20")


def test_what_is_given_in_kind_is_not_spent():
    application = application_at(ApplicationState.WITH_PANEL)
    application.lines.filter(number=9).update(kind=LineKind.IN_KIND)
    grant = accepted(offer(decided(recommended(application, amount=D("7642.20")))))
    assert [line.number for line in grant.budget_lines()] == [1, 2, 3, 4, 5, 6, 7, 8, 10]


@pytest.mark.parametrize(
    ("award", "first"),
    [("7762.20", "6209.76"), ("1000.03", "800.02"), ("1000.00", "800.00"), ("7762.19", "6209.75")],
)
def test_first_payment_is_rounded_half_up_to_the_penny(award, first):
    grant = accepted(offer(decided(recommended(amount=D(award)))))
    assert first_payment(grant).amount == D(first)


def test_with_nothing_paid_in_advance_the_final_payment_is_everything():
    grant = grant_at(GrantState.ACTIVE, round=programme_and_round(first_payment_percent=0))
    assert sentences(first_payment, grant) == ["This round pays nothing in advance."]
    accepted_claim(grant)
    assert final_payment(grant).amount == D("7338.20")


# Final payment ----------------------------------------------------------------------------------


def test_final_payment_says_everything_that_is_missing():
    grant = grant_at(GrantState.ACTIVE)
    first_payment(grant)
    assert sentences(workflow.prepare_final_payment, grant, by=staff(TeamRole.OFFICER)) == [
        "The first payment is not paid yet.",
        "The last claim is not accepted yet.",
        "The final report is not accepted yet.",
    ]


def test_final_payment_waits_for_the_last_claim():
    grant = grant_at(GrantState.ACTIVE)
    accepted_claim(grant, is_final=False)
    assert sentences(final_payment, grant) == ["The last claim is not accepted yet."]


def test_money_owed_back_is_said_and_noted_when_it_comes():
    grant = grant_at(GrantState.AGREED)
    paid(first_payment(grant))
    grant = workflow.activate(grant, by=lead_of(grant.organisation))
    nothing = {n: (D("0.00"), "Cancelled") for n in range(2, 11)}
    accepted_claim(grant, lines={1: (D("1900.00"), "")} | nothing)
    assert sentences(final_payment, grant) == [
        "£4,309.76 is owed back: more was paid than was spent."
    ]
    finance = staff(TeamRole.FINANCE)
    with pytest.raises(NotReady):
        workflow.note_repayment(grant, by=finance, amount=D("4309.77"))
    grant = workflow.note_repayment(grant, by=finance, amount=D("4309.76"))
    assert (grant.owed(), grant.repaid) == (D("0.00"), D("4309.76"))


def test_final_payment_that_no_longer_fits_is_not_approved():
    grant = grant_at(GrantState.REPORTING)
    accepted_claim(grant)
    payment = final_payment(grant)
    Grant.objects.filter(pk=grant.pk).update(repaid=D("1.00"))
    said = sentences(workflow.approve_payment, payment, by=staff(TeamRole.FINANCE))
    assert said == [
        "£7,339.20 is owed now, not £7,338.20. Send this payment back, so that it is prepared anew."
    ]


def test_the_database_refuses_two_payments_and_one_pair_of_hands():
    payment = first_payment(grant_at(GrantState.AGREED))
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            grant=payment.grant, instalment="first", amount=1, prepared_by=payment.prepared_by
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(
            approved_by=payment.prepared_by, approved_at=clock.now()
        )


# Claims -----------------------------------------------------------------------------------------


def test_a_blank_line_is_no_answer_and_zero_needs_a_word():
    made = claim(grant_at(GrantState.ACTIVE), {2: (None, ""), 9: (D("0.00"), "")})
    assert sentences(workflow.submit_claim, made, by=lead_of(made.grant.organisation)) == [
        "L2: say what was spent. 0.00 is an answer too.",
        "L9: say in a few words why nothing was spent.",
    ]


@pytest.mark.parametrize(("amount", "fits"), [("158.40", True), ("158.41", False)])
def test_a_line_may_go_over_by_a_tenth(amount, fits):
    made = claim(grant_at(GrantState.ACTIVE), {2: (D(amount), "")})  # L2 was agreed at £144.00
    by = lead_of(made.grant.organisation)
    if fits:
        assert workflow.submit_claim(made, by=by).state == "submitted"
    else:
        assert sentences(workflow.submit_claim, made, by=by) == [
            "L2: £158.41 is more than 10% or £500 over the £144.00 that was agreed. "
            "Ask for a change to the budget first."
        ]


def test_two_claims_together_stay_within_line_and_award():
    grant = grant_at(GrantState.ACTIVE)
    accepted_claim(grant, is_final=False)
    again = claim(grant)
    said = sentences(workflow.submit_claim, again, by=lead_of(grant.organisation))
    assert said[-1] == "The claims come to £14,676.40. The award is £7,762.20."
    assert any(sentence.startswith("L1: £3,800.00") for sentence in said)


def test_claims_come_after_the_baseline_and_one_at_a_time():
    agreed = grant_at(GrantState.AGREED)
    assert sentences(workflow.add_claim, agreed, by=lead_of(agreed.organisation)) == [
        "You can claim once the baseline is recorded and the grant is under way."
    ]
    grant = grant_at(GrantState.ACTIVE)
    claim(grant)
    by = lead_of(grant.organisation)
    assert sentences(workflow.add_claim, grant, by=by) == ["Claim 1 is not finished yet."]


# Offer, conditions, closing ----------------------------------------------------------------------


def test_an_offer_is_open_for_28_days_and_can_be_opened_again():
    grant = offer()
    assert grant.offer_open_until == clock.today() + timedelta(days=28)
    with time_machine.travel(noon(29)):
        assert "The offer was open until" in sentences(accepted, grant)[0]
        grant = workflow.extend_offer(grant, by=staff(TeamRole.PROGRAMME_LEAD))
        assert accepted(grant).state == GrantState.AGREED


def test_an_offer_that_nobody_accepted_gives_its_money_back():
    grant = offer()
    lead = staff(TeamRole.PROGRAMME_LEAD)
    assert "The offer is open until" in sentences(workflow.lapse_offer, grant, by=lead)[0]
    with time_machine.travel(noon(29)):
        assert workflow.lapse_offer(grant, by=lead).state == GrantState.REFUSED
    assert grant.round.left == grant.round.budget


def test_every_condition_is_accepted_one_by_one():
    grant = offer()
    by = lead_of(grant.organisation)
    assert sentences(workflow.accept_offer, grant, by=by, acknowledged=[1, 3]) == [
        "Accept condition 2 first."
    ]


def test_delivery_ends_the_rounds_months_after_the_agreement():
    with time_machine.travel(datetime(2030, 8, 31, 12, tzinfo=UTC)):
        grant = grant_at(GrantState.AGREED)
    assert grant.delivery_until == date(2031, 2, 28)


def test_closing_says_everything_that_is_missing():
    grant = grant_at(GrantState.REPORTING)
    officer = staff(TeamRole.OFFICER)
    conditions = [f"Condition {n} is neither met nor noted as not needed." for n in (1, 2, 3)]
    assert sentences(workflow.close, grant, by=officer) == [
        "The final report is not accepted yet.",
        "The last claim is not accepted yet.",
        *conditions,
    ]
    accepted_claim(grant)
    workflow.note_final_report(grant, by=officer)
    assert sentences(workflow.close, grant, by=officer) == [
        "£7,338.20 of accepted spending is not paid yet.",
        *conditions,
    ]


def test_a_condition_that_is_not_needed_says_why():
    condition = grant_at(GrantState.ACTIVE).conditions.get(number=2)
    officer = staff(TeamRole.OFFICER)
    assert sentences(
        workflow.meet_condition, condition, by=officer, outcome="not_needed", note=" "
    ) == ["Say why the condition is not needed."]
    noted = workflow.meet_condition(
        condition, by=officer, outcome="not_needed", note="None is planned"
    )
    assert (noted.outcome, noted.met_by) == ("not_needed", officer)


def test_the_final_report_is_noted_once():
    grant = grant_at(GrantState.ACTIVE)
    officer = staff(TeamRole.OFFICER)
    first = workflow.note_final_report(grant, by=officer).final_report_accepted_on
    with time_machine.travel(noon(9)):
        assert workflow.note_final_report(grant, by=officer).final_report_accepted_on == first


# Deciding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("999.99", "The least this round awards is £1,000.00"),
        ("8000.01", "The most this round awards is £8,000.00"),
        ("7762.21", "The award may be up to the eligible total, £7,762.20"),
    ],
)
def test_an_award_stays_within_limits_and_the_eligible_total(amount, sentence):
    assert sentences(decided, recommended(), amount=D(amount)) == [sentence]


def test_an_award_may_be_in_part():
    assert offer(decided(recommended(), amount=D("1000.00"))).amount == D("1000.00")


def test_the_rounds_budget_is_never_exceeded_and_a_refused_offer_gives_back():
    held = programme_and_round(budget=D("15000.00"))
    first = offer(round=held)
    second = decided(round=held)
    assert sentences(released, second) == [
        "£7,237.80 of the round’s £15,000.00 is left. This award needs £7,762.20."
    ]
    workflow.turn_down_offer(first, by=lead_of(first.organisation), reason="Found elsewhere")
    assert released(second).state == ApplicationState.APPROVED


def test_a_decline_needs_no_money_and_makes_no_grant():
    held = programme_and_round(budget=D("1.00"))
    application = released(decided(recommended(outcome=Outcome.DECLINE, round=held)))
    assert application.state == ApplicationState.DECLINED
    assert not Grant.objects.exists()


def test_a_decision_that_was_taken_back_is_made_anew():
    application = decided()
    lead = staff(TeamRole.PROGRAMME_LEAD)
    application = workflow.take_back_decision(application, by=lead, reason="A figure is wrong")
    assert application.state == ApplicationState.RECOMMENDED
    assert decided(application, amount=D("5000.00")).decision.amount == D("5000.00")


# Days --------------------------------------------------------------------------------------------


def test_bank_holidays_of_england():
    assert bank_holidays(2025) == {
        date(2025, 1, 1),
        date(2025, 4, 18),
        date(2025, 4, 21),
        date(2025, 5, 5),
        date(2025, 5, 26),
        date(2025, 8, 25),
        date(2025, 12, 25),
        date(2025, 12, 26),
    }
    assert date(2022, 1, 3) in bank_holidays(2022)
    assert {date(2021, 12, 27), date(2021, 12, 28)} <= bank_holidays(2021)


def test_working_days_leave_out_weekends_and_bank_holidays():
    assert working_days_after(date(2025, 6, 20), 20) == date(2025, 7, 18)
    assert working_days_after(date(2025, 12, 24), 1) == date(2025, 12, 29)
    assert working_days_after(date(2025, 12, 24), 0) == date(2025, 12, 24)

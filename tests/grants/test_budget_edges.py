"""The rules of the budget (domain 3.5, 6.3) at their edges: a penny below, exactly on, a penny above;
and the limits of the round by the form, the API and the shell."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import TeamRole
from accounts.state import NotReady
from grants import workflow
from grants.budget import BENCHMARKS, figures, limit_sentences
from grants.enums import (
    ApplicationState,
    GrantState,
    LineCategory,
    LineKind,
    LineVerdict,
    OtherFunding,
)
from grants.models import Application, BudgetLine, Grant, Round
from grants.workflow.decisions import decision_errors
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at, recommended
from tests.factories.grants import DECLARATIONS, application_at

PENNY = Decimal("0.01")


def line(category=LineCategory.MATERIALS, unit="100.00", quantity="1", number=1, **details):
    """A line that nobody saved: the rules look at nothing else."""
    return BudgetLine(
        number=number,
        category=category,
        description=details.pop("description", "Something for this person"),
        quantity=Decimal(quantity),
        unit_cost=Decimal(unit),
        **details,
    )


def warnings(one):
    return figures([one]).lines[0].warnings


EDGES = [
    (category, cost, side)
    for category, usual in BENCHMARKS.items()
    for cost, side in (
        (usual.low - PENNY, "less"),
        (usual.low, ""),
        (usual.high, ""),
        (usual.high + PENNY, "more"),
    )
]


@pytest.mark.parametrize(("category", "cost", "side"), EDGES)
def test_cost_of_one_is_warned_about_outside_the_usual_range(category, cost, side):
    said = warnings(line(category, str(cost)))
    assert [f"is {side} than this usually costs" in one for one in said] == [True] * bool(side)


def test_a_reason_is_noticed_and_never_asked_for_twice():
    dear = line(LineCategory.COACHING_FEE, "110.01", justification="The only one in the county")
    assert "The reason is given." in warnings(dear)[0]


@pytest.mark.parametrize("category", sorted(set(LineCategory) - set(BENCHMARKS)))
def test_a_cost_without_a_usual_range_is_never_warned_about(category):
    assert warnings(line(category, "99999.99")) == ()


# Of £8,000 in all: share label, category, the most that fits.
SHARES = [
    ("Backfill and replacement care", LineCategory.BACKFILL, "2400.00"),
    ("Backfill and replacement care", LineCategory.REPLACEMENT_CARE, "2400.00"),
    ("Evaluation", LineCategory.EVALUATION, "800.00"),
    ("Management", LineCategory.MANAGEMENT, "400.00"),
    ("Contingency", LineCategory.CONTINGENCY, "800.00"),
]


@pytest.mark.parametrize(("label", "category", "most"), SHARES)
@pytest.mark.parametrize("over", [-PENNY, Decimal(0), PENNY])
def test_a_share_may_reach_its_limit_and_not_a_penny_more(label, category, most, over):
    part = Decimal(most) + over
    rest = Decimal("8000.00") - part
    found = figures([line(category, str(part)), line(unit=str(rest), number=2)])
    assert found.eligible == Decimal("8000.00")
    assert [share.label for share in found.shares if share.is_over] == [label] * (over > 0)
    said = limit_sentences(found, Decimal(1000), Decimal(8000))
    assert [label in sentence for sentence in said] == [True] * (over > 0)


def test_backfill_and_replacement_care_are_one_share():
    lines = [
        line(LineCategory.BACKFILL, "1200.00"),
        line(LineCategory.REPLACEMENT_CARE, "1200.01", number=2),
        line(unit="5599.99", number=3),
    ]
    assert [share.is_over for share in figures(lines).shares] == [True, False, False, False]


@pytest.mark.parametrize("over", [Decimal(0), PENNY])
@pytest.mark.parametrize(("label", "category", "most"), SHARES)
def test_two_lines_of_a_kind_are_one_share(label, category, most, over):
    """Its limit is on what all of them come to (domain 1.16 says the contingency, 6.3 the shares)."""
    half = Decimal(most) / 2
    lines = [
        line(category, str(half)),
        line(category, str(half + over), number=2),
        line(unit=str(Decimal("8000.00") - 2 * half - over), number=3),
    ]
    assert [s.label for s in figures(lines).shares if s.is_over] == [label] * (over > 0)


@pytest.mark.parametrize(
    ("details", "needed"),
    [
        ({"unit": "999.99"}, False),
        ({"unit": "1000.00"}, True),
        ({"unit": "500.00", "quantity": "2"}, True),
        ({"unit": "1000.00", "kind": LineKind.IN_KIND}, False),
        ({"unit": "1000.00", "verdict": LineVerdict.REFUSED}, False),
    ],
)
def test_a_quote_belongs_to_a_thousand_pounds_in_cash(details, needed):
    assert figures([line(**details)]).lines[0].needs_quote is needed


SPOKEN = {
    "Refresher, LDSS will pay half": OtherFunding.LDSS,
    "Paid through the Learning and Development Support Scheme": OtherFunding.LDSS,
    "Coaching beside the personal health budget": OtherFunding.PHB,
    "Personal assistant on a direct payment": OtherFunding.DIRECT_PAYMENT,
    "Top-up to the ULO course": OtherFunding.ULO,
    "From the user-led organisation": OtherFunding.ULO,
}


@pytest.mark.parametrize(("words", "who"), SPOKEN.items())
def test_words_of_another_payer_are_noticed(words, who):
    from grants.budget import other_payer

    assert other_payer(line(description=words)) == who
    assert "Nothing is paid for twice" in warnings(line(description=words))[0]


@pytest.mark.parametrize("who", [who for who in OtherFunding if who])
def test_another_payer_is_warned_about_and_not_refused(who):
    found = figures([line(other_funding=who)])
    assert found.lines[0].warnings[0].startswith("Paid for already, or in part, by ")
    assert found.eligible == Decimal("100.00")


def test_money_that_is_not_asked_for_is_not_double_funding():
    assert warnings(line(other_funding=OtherFunding.PHB, kind=LineKind.IN_KIND)) == ()
    assert warnings(line(description="Communication passport")) == ()


# Limits of the round, by every door --------------------------------------------------------------

LIMITS = {"999.99": False, "1000.00": True, "8000.00": True, "8000.01": False}


@pytest.mark.django_db
def test_what_is_asked_for_is_held_to_the_limits_by_form_api_and_shell():
    """One complete draft with one line, priced anew for each row; nothing that is sent stays sent."""
    from django.db import transaction

    draft = application_at(ApplicationState.DRAFT)
    draft.lines.exclude(number=2).delete()
    lead = lead_of(draft.organisation)
    pages = Client()
    pages.force_login(lead)
    url = f"/applications/{draft.reference}/submit/"
    api = f"/api/v1/applications/{draft.reference}/submit/"

    def by_form():
        return pages.post(url, {"declarations": DECLARATIONS}).status_code == 302

    def by_api():
        data = {"declarations": DECLARATIONS}
        answer = pages.post(api, data, content_type="application/json")
        assert answer.status_code in (200, 409)
        return answer.status_code == 200

    def by_shell():
        try:
            workflow.submit(draft, by=lead, declarations=DECLARATIONS)
        except NotReady:
            return False
        return True

    found = {}
    for amount in LIMITS:
        draft.lines.update(quantity=Decimal(1), unit_cost=Decimal(amount))
        for door in (by_form, by_api, by_shell):
            with transaction.atomic():
                sent = door()
                assert (Application.objects.get(pk=draft.pk).submitted_at is not None) is sent
                found[amount, door.__name__] = sent
                transaction.set_rollback(True)
    assert found == {
        (amount, door): fits
        for amount, fits in LIMITS.items()
        for door in ("by_form", "by_api", "by_shell")
    }


@pytest.mark.django_db
def test_an_award_is_held_to_the_limits_and_to_the_eligible_total():
    waiting = recommended()
    waiting.lines.filter(number=1).update(unit_cost=Decimal("1189.00"), quantity=Decimal(2))
    eligible = waiting.figures.eligible
    assert eligible > Decimal("8000.01")
    edges = {"999.99": ["amount"], "1000.00": [], "8000.00": [], "8000.01": ["amount"]}
    for amount, wrong in edges.items():
        found = decision_errors(
            waiting, outcome="approve", amount=Decimal(amount), conditions=[], in_part="Core"
        )
        assert list(found) == wrong, amount
    waiting.lines.filter(number=1).update(unit_cost=Decimal("950.00"))
    eligible = waiting.figures.eligible
    for over, wrong in ((Decimal(0), []), (PENNY, ["amount"])):
        found = decision_errors(waiting, outcome="approve", amount=eligible + over, conditions=[])
        assert list(found) == wrong


# Just enough for one line of each: what a decision and a top-up may come to, by every door.
CORE = "The core works without the rest."
DECIDED = {"outcome": "approve", "conditions": "", "reasons": "A strong plan.", "in_part": CORE}


@pytest.mark.django_db
def test_an_award_is_held_to_the_limits_by_form_api_and_shell():
    """The eligible total is above every edge; what one door refuses, the others refuse."""
    from django.db import transaction

    waiting = recommended()
    waiting.lines.filter(number=1).update(unit_cost=Decimal("1189.00"), quantity=Decimal(2))
    lead = staff(TeamRole.PROGRAMME_LEAD)
    pages = Client()
    pages.force_login(lead)
    feedback = {row.code: "Clear." for row in waiting.round.criteria.all()}
    sent = DECIDED | {f"feedback_{code}": words for code, words in feedback.items()}

    def by_form(amount):
        url = reverse("decide", args=[waiting.reference])
        return pages.post(url, sent | {"amount": amount}).status_code == 302

    def by_api(amount):
        url = f"/api/v1/applications/{waiting.reference}/decide/"
        data = sent | {"amount": amount}
        answer = pages.post(url, data, content_type="application/json")
        assert answer.status_code in (200, 400)
        assert answer.status_code == 200 or list(answer.json()) == ["amount"]
        return answer.status_code == 200

    def by_shell(amount):
        said = {"outcome": "approve", "conditions": [], "reasons": "Strong", "feedback": feedback}
        said["in_part"] = CORE
        try:
            workflow.decide(waiting, by=lead, amount=Decimal(amount), **said)
        except NotReady:
            return False
        return True

    found = {}
    for amount in LIMITS:
        for door in (by_form, by_api, by_shell):
            with transaction.atomic():
                went = door(amount)
                state = Application.objects.get(pk=waiting.pk).state
                assert (state == ApplicationState.DECIDED) is went
                found[amount, door.__name__] = went
                transaction.set_rollback(True)
    assert found == {
        (amount, door): fits
        for amount, fits in LIMITS.items()
        for door in ("by_form", "by_api", "by_shell")
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Round, {"minimum": "0.00"}),
        (Round, {"minimum": "8000.01"}),
        (Round, {"maximum": "999.99"}),
        (BudgetLine, {"quantity": "0"}),
        (BudgetLine, {"unit_cost": "-0.01"}),
        (BudgetLine, {"number": 26}),
        (Grant, {"amount": "0.00"}),
    ],
)
def test_what_no_door_could_have_meant_the_database_refuses(model, wrong):
    from django.db import IntegrityError, transaction

    grant_at(GrantState.OFFERED)
    held = model.objects.order_by("pk").first()
    right = {name: getattr(held, name) for name in wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=held.pk).update(**wrong)
    assert model.objects.filter(pk=held.pk).update(**right) == 1

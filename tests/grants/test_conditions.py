"""Standard conditions: kept by leads, picked at a decision as text, and what waits for a condition."""

import pytest
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady, blockers
from accounts.worklist import todos
from grants import actions, workflow
from grants.conditions import told, waits_for
from grants.enums import Instalment, Outcome
from grants.models import Condition, StandardCondition
from tests.factories.accounts import lead_of, organisation, signed_in, staff
from tests.factories.awards import accepted, recommended, released

pytestmark = pytest.mark.django_db

POLICY = {
    "title": "Working policy",
    "words": "Refresh the working policy within 3 months",
    "evidence": "the policy",
    "before": Instalment.FIRST.value,
}
LINE = "Refresh the working policy within 3 months. Evidence: the policy. Before the first payment."


@pytest.mark.parametrize(
    ("words", "evidence", "before", "line"),
    [
        ("Do it.", "", "", "Do it."),
        ("Do it", "a letter.", "", "Do it. Evidence: a letter."),
        ("Do it", "", "first", "Do it. Before the first payment."),
        ("Do it", "a letter", "final", "Do it. Evidence: a letter. Before the final payment."),
    ],
)
def test_a_condition_is_one_line_that_says_what_waits_for_it(words, evidence, before, line):
    assert told(words, evidence, before) == line
    assert waits_for(line) == before


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        ("Send it before the first payment", "first"),
        ("Send it BEFORE THE FINAL PAYMENT . ", "final"),
        ("Before the first payment we want to hear from you.", ""),
        ("Send it before the second payment.", ""),
        ("Unbefore the first payments", ""),
        ("", ""),
    ],
)
def test_only_the_end_of_the_line_counts(line, waits):
    assert waits_for(line) == waits


def test_leads_alone_keep_the_library():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    client = signed_in(lead)
    answer = client.post(reverse("add-condition"), {})
    assert "Write the condition" in answer.content.decode()
    sent = client.post(reverse("add-condition"), POLICY | {"is_offered": "on"})
    assert sent.status_code == 302
    held = StandardCondition.objects.get()
    assert (held.number, held.text, held.is_offered) == (1, LINE, True)
    assert "Working policy" in client.get(reverse("conditions")).content.decode()
    at = reverse("change-condition", args=[1])
    assert client.post(at, POLICY | {"before": "second"}).status_code == 200
    assert client.post(at, POLICY | {"words": "Send it"}).status_code == 302
    held.refresh_from_db()
    assert (held.words, held.is_offered) == ("Send it", False)
    for who in (staff(TeamRole.OFFICER), staff(TeamRole.FINANCE), lead_of(organisation())):
        for url in (reverse("conditions"), reverse("add-condition"), at):
            assert signed_in(who).get(url).status_code == 404
        with pytest.raises(NotAllowed):
            actions.save_standard_condition(None, by=who, **POLICY)


def test_a_picked_condition_is_text_that_the_lead_edits_and_the_library_never_changes():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = actions.save_standard_condition(None, by=lead, **POLICY)
    retired = actions.save_standard_condition(
        None, by=lead, **POLICY | {"title": "Old"}, is_offered=False
    )
    case = recommended(outcome=Outcome.APPROVE)
    client, at = signed_in(lead), reverse("decide", args=[case.reference])
    page = client.get(at)
    assert "Working policy" in page.content.decode()
    typed = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    typed = {name: value or "" for name, value in typed.items() if name != "standard"}
    typed["reasons"] = "Typed and kept"
    ticked = client.post(
        at,
        typed | {"conditions": "My own.", "standard": [held.number, retired.number], "add": "1"},
    )
    form = ticked.context["form"]
    assert form["conditions"].value() == f"My own.\n{LINE}"
    assert form["reasons"].value() == "Typed and kept"
    assert form["outcome"].value() == Outcome.APPROVE_WITH_CONDITIONS
    assert "There is a problem" not in ticked.content.decode()
    case.refresh_from_db()
    assert case.state == "recommended"  # nothing is decided by adding
    typed |= {"outcome": form["outcome"].value(), "conditions": f"My own.\n{LINE} "}
    typed["conditions"] = typed["conditions"].replace("3 months", "6 weeks")
    assert client.post(at, typed).status_code == 302
    actions.save_standard_condition(held, by=lead, **POLICY | {"words": "Something else"})
    case.refresh_from_db()
    wants = ["My own.", LINE.replace("3 months", "6 weeks")]
    assert case.decision.conditions == wants
    workflow.release_decision(case, by=staff(TeamRole.PROGRAMME_LEAD))
    rows = Condition.objects.filter(grant=case.grant).order_by("number")
    assert list(rows.values_list("words", "before")) == [(wants[0], ""), (wants[1], "first")]


def _grant(*conditions):
    case = recommended(outcome=Outcome.APPROVE)
    stands = case.recommendations.get()
    workflow.decide(
        case,
        by=staff(TeamRole.PROGRAMME_LEAD),
        outcome=Outcome.APPROVE_WITH_CONDITIONS,
        amount=stands.amount,
        conditions=list(conditions),
        reasons=stands.reasons,
        feedback={row["code"]: row["feedback"] for row in stands.criteria},
    )
    return accepted(released(case).grant)


def prepares(officer):
    return [t.title for t in todos(officer) if "first payment" in t.title]


def test_the_payment_waits_for_its_condition_and_for_a_hold():
    officer = staff(TeamRole.OFFICER)
    grant = _grant("Do this. Before the first payment.", "Do that. Before the final payment.")
    waits = ["Condition 1 comes before the first payment and is not met yet."]
    assert blockers(grant, "prepare_first_payment") == waits
    assert prepares(officer) == []
    with pytest.raises(NotReady, match="Condition 1"):
        workflow.prepare_first_payment(grant, by=officer)
    workflow.meet_condition(
        grant.conditions.get(number=1), by=officer, outcome="met", note="The policy came"
    )
    assert blockers(grant, "prepare_first_payment") == []
    assert len(prepares(officer)) == 1
    grant.paused_on = clock.today()
    grant.save()
    assert prepares(officer) == []
    with pytest.raises(NotReady, match="on hold"):
        workflow.prepare_first_payment(grant, by=officer)
    grant.paused_on = None
    grant.save()
    assert workflow.prepare_first_payment(grant, by=officer)

"""Flags, quorum and the recommendation that goes down to the programme."""

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from grants.enums import ApplicationState, Outcome
from panel import workflow
from panel.forms import ConcludeForm
from panel.models import Conclusion, Score
from panel.reports import case_scores, conclude_blockers
from panel.reports.moderation import counting_assessments
from tests.factories.accounts import staff
from tests.factories.grants import application_at
from tests.factories.panel import (
    HERON_SCORES,
    assigned,
    chaired,
    concluded,
    conflicted,
    declared,
    panellist,
    resolved,
    scored,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db


def scores_of(application):
    return case_scores(application, counting_assessments(application))


def keys(application):
    return [flag.key for flag in scores_of(application).flags]


def conclude(application, by, **kw):
    given = {
        "outcome": Outcome.APPROVE,
        "amount": Decimal("7762.20"),
        "feedback": {f"C{n}": f"Feedback {n}" for n in range(1, 8)},
        "reasons": "Strong",
    }
    return workflow.conclude(application, by=by, **(given | kw))


def test_the_worked_example_goes_down_as_it_is_written():
    conclusion = concluded()

    application = conclusion.application
    application.refresh_from_db()
    sent = application.recommendations.get()
    assert application.state == ApplicationState.RECOMMENDED
    assert (sent.score, sent.totals) == (Decimal("80.33"), ["83.00", "81.00", "77.00"])
    assert [(c["code"], c["weight"], c["average"]) for c in sent.criteria] == [
        ("C1", 20, "4.67"),
        ("C2", 20, "4.00"),
        ("C3", 15, "4.33"),
        ("C4", 15, "3.67"),
        ("C5", 15, "3.67"),
        ("C6", 10, "3.67"),
        ("C7", 5, "3.33"),
    ]
    assert len(set(sent.panellists)) == 3
    assert sent.amount == Decimal("7762.20")


def test_the_worked_example_has_no_flag():
    scored(application := application_at("with_panel"))

    found = scores_of(application)
    assert found.flags == ()
    assert found.suggestion.outcome == Outcome.APPROVE
    assert found.mean_spread == Decimal("0.86")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # C3 differs by 2; 80.00, 80.00, 74.00
        ([(4,) * 7, (4,) * 7, (4, 4, 2, 4, 4, 4, 4)], ["spread-c3"]),
        # 60.00 exactly on the threshold
        ([(3,) * 7] * 3, ["threshold"]),
        # nobody could judge C6
        ([(4, 4, 4, 4, 4, None, 4)] * 3, ["unjudged-c6"]),
        # C1 averages 2.67 and needs 3
        ([(3, 5, 5, 5, 5, 5, 5), (3, 5, 5, 5, 5, 5, 5), (2, 5, 5, 5, 5, 5, 5)], ["minimum-c1"]),
    ],
)
def test_flags(rows, expected):
    application = application_at("with_panel")
    scored(application, rows)

    assert keys(application) == expected


def test_totals_fifteen_apart_are_flagged_and_less_is_not():
    near, at = application_at("with_panel"), application_at("with_panel")
    scored(near, [(4,) * 7, (4,) * 7, (3, 3, 3, 4, 3, 4, 4)])  # 80 and 66: 14 apart
    scored(at, [(4,) * 7, (4,) * 7, (3, 3, 3, 4, 3, 4, 3)])  # 80 and 65

    assert scores_of(near).total_spread == Decimal("14.00")
    assert scores_of(at).total_spread == Decimal("15.00")
    assert (keys(near), keys(at)) == ([], ["totals"])


def test_within_three_of_the_threshold_is_inclusive():
    at, beyond = application_at("with_panel"), application_at("with_panel")
    scored(at, [(3, 3, 3, 3, 4, 3, 3)] * 3)  # 63.00 each
    scored(beyond, [(3, 3, 3, 3, 4, 3, 3)] * 2 + [(3, 3, 3, 3, 3, 5, 3)])  # 63, 63, 64

    assert (scores_of(at).score, keys(at)) == (Decimal("63.00"), ["threshold"])
    assert scores_of(beyond).score == Decimal("63.33")
    assert keys(beyond) == ["spread-c6"]


def test_resolved_flags_ask_again_when_the_scores_move():
    application = application_at("with_panel")
    sheets = scored(application, [(4,) * 7, (4,) * 7, (4, 4, 2, 4, 4, 4, 4)])
    chair = chaired(application)
    resolved(application, chair)
    assert scores_of(application).open_flags == []

    workflow.change_score(
        sheets[2],
        by=sheets[2].assignment.panellist.user,
        criterion="C3",
        score=1,
        reason="Weaker than I thought",
        why="Read it again",
    )

    assert [flag.key for flag in scores_of(application).open_flags] == ["spread-c3"]
    assert conclude_blockers(application) == ["1 flag is still to resolve."]


def test_a_conclusion_waits_for_everybody_who_was_asked():
    application = application_at("with_panel")
    seats = assigned(application)
    chair = chaired(application)
    submitted(declared(seats[0]))
    submitted(declared(seats[1]))

    assert conclude_blockers(application) == ["2 of 3 assessments are in."]
    with pytest.raises(NotReady):
        conclude(application, chair)
    assert not Conclusion.objects.exists()


def test_a_quorum_without_lived_experience_is_none():
    application = application_at("with_panel")
    scored(application, panellists=[panellist(), panellist(), panellist()])
    chair = chaired(application)

    with pytest.raises(NotReady) as refused:
        conclude(application, chair)

    assert refused.value.blockers == [
        "Nobody with lived experience scores this case. Assign a member who has."
    ]


def test_a_conflicted_member_leaves_the_quorum_short():
    application = application_at("with_panel")
    seats = assigned(application)
    conflicted(seats[2])
    for seat in seats[:2]:
        submitted(declared(seat))
    chaired(application)

    assert conclude_blockers(application) == [
        "2 of the 3 assessors that a conclusion needs are on this case. Assign another."
    ]


def test_a_sheet_that_judges_too_little_counts_for_nothing():
    application = application_at("with_panel")
    sheets = scored(application, [(4, 4, 4, 4, 4, None, None), *HERON_SCORES[1:]])
    owner = sheets[0].assignment.panellist.user
    workflow.change_score(
        sheets[0], by=owner, criterion="C1", score=None, reason="Cannot say", why="Unsure"
    )

    found = scores_of(application)
    assert [sheet.counts for sheet in found.sheets] == [False, True, True]
    assert found.totals == [Decimal("81.00"), Decimal("77.00")]
    assert conclude_blockers(application) == [
        "2 sheets judge enough criteria to count. 3 are needed, one of them by a member with lived "
        "experience."
    ]


def test_below_a_minimum_the_panel_cannot_approve():
    application = application_at("with_panel")
    scored(application, [(2, 5, 5, 5, 5, 5, 5)] * 3)
    chair = chaired(application)
    resolved(application, chair)

    assert scores_of(application).suggestion.outcome == Outcome.DECLINE
    with pytest.raises(NotReady) as refused:
        conclude(application, chair)
    conclude(application, chair, outcome=Outcome.DECLINE, amount=Decimal("0.00"))

    assert refused.value.blockers == [
        "C1 averages 2.00 and needs 3: the panel cannot recommend approval."
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"amount": Decimal("7762.21")}, "The amount must be from £1,000.00 to £7,762.20."),
        ({"amount": Decimal("999.99")}, "The amount must be from £1,000.00 to £7,762.20."),
        ({"outcome": Outcome.DECLINE}, "A case that is declined has no amount."),
        ({"outcome": Outcome.APPROVE_WITH_CONDITIONS}, "Say what the conditions are."),
        ({"conditions": ["Do this"]}, "Only an approval with conditions has conditions."),
        ({"reasons": ""}, "Say why the panel recommends this."),
        (
            {"feedback": {f"C{n}": "Yes" for n in range(1, 7)}},
            "Write the feedback for C7.",
        ),
    ],
)
def test_a_recommendation_that_does_not_hold_together_is_refused(given, says):
    application = application_at("with_panel")
    scored(application)
    chair = chaired(application)

    with pytest.raises(NotReady) as refused:
        conclude(application, chair, **given)

    assert refused.value.blockers == [says]
    application.refresh_from_db()
    assert application.state == ApplicationState.WITH_PANEL


def test_who_may_conclude():
    application = application_at("with_panel")
    member_chair = panellist(lived=True, chair=True)
    scored(application, panellists=[member_chair, panellist(), panellist()])
    chair = chaired(application)
    people = {
        "chair who declared": chair,
        "chair who did not declare": staff(TeamRole.PANEL_CHAIR),
        "chair who scored": member_chair.user,
        "lead": staff(TeamRole.PROGRAMME_LEAD),
        "officer": staff(TeamRole.OFFICER),
        "applicant": application.started_by,
    }
    found = {}
    for name, who in people.items():
        try:
            with transaction.atomic():
                conclude(application, who)
                transaction.set_rollback(True)
            found[name] = "concluded"
        except NotAllowed:
            found[name] = "NotAllowed"

    assert found == {n: "concluded" if n == "chair who declared" else "NotAllowed" for n in people}


def test_the_longest_feedback_of_a_panel_is_taken_by_the_decision(client):
    """What the chair may write, the lead may decide as it stands; what is too long says on which criterion."""
    case = application_at("with_panel")
    scored(case, panellists=three())
    chair = chaired(case)
    longest = {"reasons": "word " * 250, "outcome": "approve", "amount": "2000"}
    feedback = {f"feedback-c{n}": "word " * 100 for n in range(1, 8)}
    form = ConcludeForm(longest | feedback, subject=case, by=chair)
    assert form.is_valid(), form.errors
    workflow.conclude(case, by=chair, **form.cleaned_data)
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    where = f"/applications/{case.reference}/decide/"
    asked = client.get(where).context["form"]
    sent = {name: asked[name].value() or "" for name in asked.fields if name != "standard"}
    sent["in_part"] = "The days for the whole circle stand by themselves."
    refused = client.post(where, sent | {"feedback_C3": "word " * 101}).content.decode()
    assert "Shorten the feedback on C3 to 100 words or fewer. It has 101 words" in refused
    assert client.post(where, sent).status_code == 302


def test_why_somebody_could_not_judge_is_no_feedback_for_the_applicant(client):
    """It speaks of the member, and stays with the panel; the reasons of those who judged are offered."""
    case = application_at("with_panel")
    scored(case, panellists=three())
    chair = chaired(case)
    first = Score.objects.filter(
        assessment__assignment__application=case, criterion__code="C6"
    ).order_by("pk")[0]
    why = "I know the trainer from another county"
    Score.objects.filter(pk=first.pk).update(score=None, is_not_able=True, reason=why)
    client.force_login(chair)
    form = client.get(f"/panel/{case.reference}/conclude/").context["form"]
    offered = {name: form[name].value() for name in form.fields if name.startswith("feedback")}
    assert all(offered.values())
    assert not [name for name, words in offered.items() if why in words]

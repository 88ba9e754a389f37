"""The demonstration: what the plan draws, and what its story leaves in the figures."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import AuditEvent
from accounts.worklist import todos
from focus_people.models import CircleMember, Consent
from grants.enums import GrantState
from grants.models import Application, Programme
from outcomes.demo import market
from outcomes.demo.plan import draw
from outcomes.demo.story import Story, on
from outcomes.models import OutcomeReport
from panel.reports.service import earned_by_panellists
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from training.models import SharedSession, TrainingProvider


def figures(**options):
    """What the `impact` command prints."""
    out = StringIO()
    call_command("impact", format="json", stdout=out, **options)
    return json.loads(out.getvalue())


def learned(cases):
    """Interventions that these cases plan: one for each completer of each activity."""
    return sum(planned.completers for case in cases for planned in case.learning)


def test_the_plan_adds_up_to_the_published_programme():
    bodies, refusals = draw()
    cases = [case for body in bodies for case in body.cases]

    assert (len(bodies), len(cases)) == (65, 169)
    assert sum(case.amount for case in cases) == Decimal("557600.00")
    assert {Decimal(1000) <= case.amount <= Decimal(8000) for case in cases} == {True}
    assert learned(cases) == 2900
    assert Counter(body.says for body in bodies) == {
        "person": 24,
        "others": 11,
        "both": 18,
        "no": 12,
    }
    assert {refusal.ending for refusal in refusals} == {"declined", "ineligible", "withdrawn"}
    assert draw() == (bodies, refusals)


@pytest.mark.django_db
def test_a_story_leaves_in_the_figures_what_its_plan_says():
    story = Story()
    smallest = sorted(story.bodies, key=lambda body: len(body.cases))
    chosen = [next(b for b in smallest if b.says == says) for says in ("person", "no")]
    story.bodies, story.refusals = chosen, story.refusals[:1]
    for place, body in enumerate(chosen):
        for case in body.cases:
            case.organisation = place
    story.refusals[0].organisation = 0
    story.tell()

    cases = [case for body in chosen for case in body.cases]
    found = figures()
    assert found["reach"]["organisations"] == 2
    assert found["reach"]["grants"] == found["reach"]["focus_people"] == len(cases)
    assert found["reach"]["training_interventions"] == learned(cases)
    assert found["money"]["awarded"] == str(sum(case.amount for case in cases))
    admissions = found["admissions"]
    assert (admissions["numerator"], admissions["reporting"], admissions["funded"]) == (1, 2, 2)
    assert Application.objects.count() == len(cases) + 1
    # Who decided goes with the basis, as the form of consent has it.
    decided = set(Consent.objects.values_list("basis", "decision_maker"))
    assert decided <= {
        ("person_consented", "person"),
        ("best_interests", "social_worker"),
        ("attorney_or_deputy", "attorney"),
    }
    # No report of years ago waits for an officer's eye.
    assert not OutcomeReport.objects.waiting_for_officer().exists()
    earned = earned_by_panellists(story.staff["finance"])
    assert sum(row.cases for row in earned) >= len(cases)
    assert [row for row in earned if row.owed] == []
    assert {row.paid_on for row in earned} == {row.last_on + timedelta(days=14) for row in earned}


@pytest.mark.django_db
def test_loading_again_changes_nothing(settings):
    settings.DEMO = True
    Programme.objects.create(
        slug="pwb-2015", name="There already", starts_on="2015-05-01", ends_on="2017-06-30"
    )
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "there already" in out.getvalue()
    assert (Programme.objects.count(), Application.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_only_a_demonstration_is_filled_with_invented_people(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="Only a demonstration"):
        call_command("load_demo")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_whole_demonstration_gives_the_published_figures(settings):
    settings.DEMO = True
    call_command("load_demo", stdout=StringIO())

    found = figures()
    reach, money, admissions = found["reach"], found["money"], found["admissions"]
    assert {name: reach[name] for name in reach if name != "people_trained"} == {
        "organisations": 65,
        "grants": 169,
        "focus_people": 169,
        "training_interventions": 2900,
    }
    assert (money["awarded"], money["mean_grant"]) == ("557600.00", "3299.41")
    assert {name: admissions[name] for name in ("numerator", "reporting", "percent")} == {
        "numerator": 53,
        "reporting": 65,
        "percent": 81.5,
    }
    assert (admissions["ci_low"], admissions["ci_high"]) == (70.4, 89.1)
    assert (admissions["person_only"], admissions["others_only"], admissions["both"]) == (
        24,
        11,
        18,
    )
    assert not AuditEvent.objects.filter(seal="").exists()


@pytest.mark.django_db
def test_the_story_of_the_market_can_be_told():
    """Providers, an open session, and a delegated task of which one review is coming."""
    today = clock.today()
    with on(today - timedelta(days=110)):
        grant = grant_at(GrantState.ACTIVE)
    live = SimpleNamespace(
        story=SimpleNamespace(
            staff={"officer": staff(TeamRole.OFFICER)},
            members=lambda person: list(
                CircleMember.objects.filter(person=person).order_by("number")
            ),
        ),
        today=today,
        ago=lambda days: on(today - timedelta(days=days)),
    )
    market.tell(live, grant, lead_of(grant.organisation))
    assert TrainingProvider.objects.approved(today).count() == 2
    assert SharedSession.objects.taking_seats(today).count() == 1
    assert [t.title for t in todos(lead_of(grant.organisation)) if "review" in t.title] == [
        "Have a clinician review: Buccal midazolam for this person"
    ]

"""Two people open the same page: the second save says what the first one saved, and loses nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import html

from accounts.enums import MemberRole, TeamRole
from accounts.opened import SENTENCE
from focus_people.models import FocusPerson, UnitCost
from focus_people.reports import unit_cost
from grants.enums import ApplicationState, GrantState
from grants.models import Application
from outcomes.models import ImpactReport
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff
from tests.factories.awards import claim, grant_at
from tests.factories.focus_people import heron
from tests.factories.grants import application_at
from tests.factories.impact import drafted_report
from tests.factories.training import activity_of, circle_of, held, provider_of, session_of
from training.models import Activity, Session, TrainingProvider

pytestmark = pytest.mark.django_db


def form_of(response: Any, *having: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form as it is drawn."""
    found: dict[str, list[str]] = {}
    for form in html.fromstring(response.content).forms:
        if all(name in form.fields for name in having):
            for name, value in form.form_values():  # a browser drops the first line end
                found.setdefault(name, []).append(value.removeprefix("\n"))
            return found
    raise AssertionError(f"no form with {having}")


def with_(sent: dict[str, list[str]], **said: Any) -> dict[str, list[str]]:
    """The same with other answers; `__` stands for a hyphen in a name."""
    new = {
        name.replace("__", "-"): value if isinstance(value, list) else [value]
        for name, value in said.items()
    }
    return {name: values for name, values in (sent | new).items() if values}


@dataclass(frozen=True)
class Page:
    """A page that two people open. `first` and `second` are what they change in it, and `reads` is the
    stored value that both change; `others` must stand at the end although the second never saw it."""

    url: str
    who: tuple[Any, Any]
    first: dict[str, Any]
    second: dict[str, Any]
    reads: Callable[[], Any]
    expected: tuple[Any, Any]
    others: Callable[[], bool] = lambda: True
    named: str = ""


def claim_page() -> Page:
    made = claim(grant_at(GrantState.ACTIVE))
    held = made.grant.organisation

    def spent(number: int) -> str:
        return f"{made.lines.get(line__number=number).amount}"

    return Page(
        made.get_absolute_url(),
        (lead_of(held), member(held, MemberRole.CONTRIBUTOR)),
        {"amount_1": "100.00", "amount_2": "77.00"},
        {"amount_2": "50.00"},
        lambda: spent(2),
        ("77.00", "50.00"),
        lambda: spent(1) == "100.00",
        "L2: spent: somebody has saved “77.00”",
    )


def lines_page() -> Page:
    made = application_at(ApplicationState.IN_CHECK)

    def verdict(number: int) -> str:
        return str(made.lines.get(number=number).verdict)

    return Page(
        f"{made.get_absolute_url()}lines/",
        (staff(TeamRole.OFFICER), staff(TeamRole.OFFICER)),
        {"L1__verdict": "refused", "L1__reason": "Not for one person", "L2__verdict": "accepted"},
        {"L1__verdict": "accepted"},
        lambda: verdict(1),
        ("refused", "accepted"),
        lambda: verdict(2) == "accepted",
        "Decision on L1: somebody has saved “Refuse”",
    )


def findings_page() -> Page:
    made = application_at(ApplicationState.IN_CHECK)
    code = "risk"

    def verdict() -> str:
        return str(made.findings.get(criterion=code).verdict)

    return Page(
        f"{made.get_absolute_url()}findings/",
        (staff(TeamRole.OFFICER), staff(TeamRole.OFFICER)),
        {f"{code}-verdict": "fail", f"{code}-note": "Nothing on the record"},
        {f"{code}-verdict": "pass", f"{code}-note": "Seen on the register"},
        verdict,
        ("fail", "pass"),
        named="somebody has saved “Nothing on the record”",
    )


def needs_page() -> Page:
    made = application_at(ApplicationState.DRAFT)
    held = made.organisation
    return Page(
        f"{made.get_absolute_url()}questions/4/",
        (lead_of(held), member(held, MemberRole.CONTRIBUTOR)),
        {"needs": ["1", "2"]},
        {"needs": ["3"]},
        lambda: list(made.needs.order_by("number").values_list("number", flat=True)),
        ([1, 2], [3]),
    )


def outcomes_page() -> Page:
    made = application_at(ApplicationState.DRAFT)
    held = made.organisation
    return Page(
        f"{made.get_absolute_url()}questions/7/",
        (lead_of(held), member(held, MemberRole.CONTRIBUTOR)),
        {"outcome_1": "Swims twice a week", "outcome_2": "Fewer incidents, from 22 to 5"},
        {"outcome_1": "Cooks every day"},
        lambda: made.outcomes.get(number=1).words,
        ("Swims twice a week", "Cooks every day"),
        lambda: made.outcomes.get(number=2).words == "Fewer incidents, from 22 to 5",
        "Outcome 1: somebody has saved “Swims twice a week”",
    )


def line_page() -> Page:
    made = application_at(ApplicationState.DRAFT)
    held = made.organisation
    return Page(
        f"{made.get_absolute_url()}budget/2/",
        (lead_of(held), member(held, MemberRole.CONTRIBUTOR)),
        {"description": "Printed workbooks", "quantity": "14"},
        {"description": "Workbooks with pictures"},
        lambda: made.lines.get(number=2).description,
        ("Printed workbooks", "Workbooks with pictures"),
        lambda: made.lines.get(number=2).quantity == 14,
    )


def person_of(held: Any) -> tuple[FocusPerson, tuple[Any, Any]]:
    lead = lead_of(held)
    return heron(held, lead), (lead, member(held, MemberRole.CONTRIBUTOR))


def week_page() -> Page:
    made, who = person_of(organisation())
    plan = made.plans.get()
    size = plan.lines.count()
    below = max(size, 6)  # under the last row that the second's page shows
    new = {"area": "work_employment", "hours": "2", "staff": "1", "rate": "20.00"}
    new |= {"resource": "registered_provider", "basis": "hourly"}

    def hours() -> str:
        return f"{plan.lines.order_by('pk').first().hours.normalize():f}"

    return Page(
        f"{made.get_absolute_url()}plans/1/edit/",
        who,
        {"row-0-hours": "11", "expenses": "99.00", "row-count": f"{below + 1}"}
        | {f"row-{below}-{name}": value for name, value in new.items()},
        {"row-0-hours": "12"},
        hours,
        ("11", "12"),
        lambda: (
            f"{made.plans.get().expenses}" == "99.00" and made.plans.get().lines.count() == size + 1
        ),
        "Hours a week: somebody has saved “11",
    )


def person_page() -> Page:
    made, who = person_of(organisation())

    def now() -> FocusPerson:
        return FocusPerson.objects.get(pk=made.pk)

    return Page(
        f"{made.get_absolute_url()}edit/",
        who,
        {"strengths": "Loves water and drums", "commissioner": "Council alone"},
        {"strengths": "Loves long walks"},
        lambda: now().strengths,
        ("Loves water and drums", "Loves long walks"),
        lambda: now().commissioner == "Council alone",
        "somebody has saved “Loves water and drums”",
    )


def person_needs_page() -> Page:
    made, who = person_of(organisation())
    return Page(
        f"{made.get_absolute_url()}needs/",
        who,
        {"row-0-statement": "Staff misread pain", "row-1-statement": "Nights are too loud"},
        {"row-0-statement": "Staff misread hunger"},
        lambda: made.needs.get(number=1).statement,
        ("Staff misread pain", "Staff misread hunger"),
        lambda: made.needs.get(number=2).statement == "Nights are too loud",
    )


def impact_report_page() -> Page:
    lead = staff(TeamRole.PROGRAMME_LEAD)
    made = drafted_report(lead)

    def now() -> ImpactReport:
        return ImpactReport.objects.get()

    return Page(
        f"{made.get_absolute_url()}edit/",
        (lead, staff(TeamRole.PROGRAMME_LEAD)),
        {"summary": "Two hundred people learned", "title": "What we bought"},
        {"summary": "Fewer people were hurt"},
        lambda: now().summary,
        ("Two hundred people learned", "Fewer people were hurt"),
        lambda: now().title == "What we bought",
    )


def goal_scores_page() -> Page:
    made, who = person_of(organisation())

    def score(number: int) -> int:
        return made.goals.get(number=number).scores.get(point="baseline").score

    return Page(
        f"{made.get_absolute_url()}goals/scores/",
        who,
        {"G1__baseline": "1", "G2__baseline": "-2"},
        {"G1__baseline": "2"},
        lambda: score(1),
        (1, 2),
        lambda: score(2) == -2,
        "somebody has saved “+1”",
    )


def check_in_page() -> Page:
    made, who = person_of(organisation())
    quiet = {"more_distress": "no", "team_gap": "no", "plan_slipped": "no"}
    return Page(
        f"{made.get_absolute_url()}check-in/",
        who,
        quiet | {"stability": "red", "team_gap": "yes"},
        quiet | {"stability": "green"},
        lambda: made.check_ins.get().stability,
        ("red", "green"),
        named="somebody has saved “Red",
    )


def circle_member_page() -> Page:
    made, who = person_of(organisation())
    return Page(
        f"{made.get_absolute_url()}circle/1/",
        who,
        {"staff_code": "SW91", "role": "team_leader"},
        {"staff_code": "SW92"},
        lambda: made.circle.get(number=1).staff_code,
        ("SW91", "SW92"),
        lambda: made.circle.get(number=1).role == "team_leader",
        "somebody has saved “SW91”",
    )


def unit_cost_page() -> Page:
    dated = {"review_on_day": "1", "review_on_month": "4", "review_on_year": "2030"}
    return Page(
        "/unit-costs/pa_hour/",
        (staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)),
        dated | {"value": "17.00", "note": "With holidays"},
        dated | {"value": "18.00"},
        lambda: f"{unit_cost('pa_hour')}",
        ("17.00", "18.00"),
        lambda: UnitCost.objects.order_by("pk").last().note == "With holidays",
        "somebody has saved “17.00”",
    )


def two_who_log() -> tuple[Any, tuple[Any, Any]]:
    grant = grant_at(GrantState.ACTIVE)
    return grant, (lead_of(grant.organisation), member(grant.organisation, MemberRole.CONTRIBUTOR))


def activity_page() -> Page:
    grant, who = two_who_log()
    made = activity_of(grant, who[0])
    return Page(
        f"{made.get_absolute_url()}change/",
        who,
        {"title": "Two days of PBS", "cost": "300.00"},
        {"title": "PBS for all"},
        lambda: Activity.objects.get().title,
        ("Two days of PBS", "PBS for all"),
        lambda: f"{Activity.objects.get().cost}" == "300.00",
        "somebody has saved “Two days of PBS”",
    )


def others_page() -> Page:
    grant, who = two_who_log()
    made = activity_of(grant, who[0])
    held(made, who[0], ["SW2"])
    return Page(
        f"{made.get_absolute_url()}count-others/",
        who,
        {"people": "4"},
        {"people": "6"},
        lambda: Activity.objects.get().others_finished,
        (4, 6),
    )


def session_page() -> Page:
    grant, who = two_who_log()
    made = session_of(activity_of(grant, who[0]), who[0])
    return Page(
        f"{made.get_absolute_url()}change/",
        who,
        {"hours": "2", "place": "community"},
        {"hours": "2.5"},
        lambda: f"{Session.objects.get().hours}",
        ("2.00", "2.50"),
        lambda: Session.objects.get().place == "community",
        "somebody has saved “2”",
    )


def who_came_page() -> Page:
    grant, who = two_who_log()
    made = held(activity_of(grant, who[0]), who[0], ["SW2", "SW3"])
    code = {staff_code: one.code for staff_code, one in circle_of(grant).items()}
    return Page(
        f"{made.get_absolute_url()}record-attendance/",
        who,
        {"present": [code["SW2"], code["SW3"], code["SW4"]]},
        {"present": [code["SW3"]]},
        lambda: sorted(
            made.marks.filter(present=True).values_list("member__staff_code", flat=True)
        ),
        (["SW2", "SW3", "SW4"], ["SW3"]),
    )


def provider_page() -> Page:
    who = (staff(TeamRole.OFFICER), staff(TeamRole.OFFICER))
    made = provider_of(who[0])
    return Page(
        f"{made.get_absolute_url()}change/",
        who,
        {"name": "Quiet Learning", "cost_day": "650.00"},
        {"name": "Loud Learning"},
        lambda: TrainingProvider.objects.get().name,
        ("Quiet Learning", "Loud Learning"),
        lambda: f"{TrainingProvider.objects.get().cost_day}" == "650.00",
        "somebody has saved “Quiet Learning”",
    )


PAGES = [
    activity_page,
    others_page,
    session_page,
    who_came_page,
    provider_page,
    goal_scores_page,
    check_in_page,
    circle_member_page,
    unit_cost_page,
    claim_page,
    lines_page,
    findings_page,
    needs_page,
    outcomes_page,
    line_page,
    week_page,
    person_page,
    person_needs_page,
    impact_report_page,
]


@pytest.mark.parametrize("make", PAGES, ids=lambda make: make.__name__)
def test_the_second_save_is_told_and_nothing_is_lost(make):
    page = make()
    name = next(iter(page.second)).replace("__", "-")
    one, two = (signed_in(who) for who in page.who)
    opened = [form_of(client.get(page.url), name) for client in (one, two)]
    assert one.post(page.url, with_(opened[0], **page.first)).status_code == 302
    assert page.reads() == page.expected[0]

    told = two.post(page.url, with_(opened[1], **page.second))
    assert told.status_code == 200, told.url
    assert told.text.count(SENTENCE) == 1
    assert page.named in told.text
    assert page.reads() == page.expected[0]
    again = form_of(told, name)
    typed = {key.replace("__", "-"): value for key, value in page.second.items()}
    assert {key: again[key] for key in typed} == {
        key: value if isinstance(value, list) else [value] for key, value in typed.items()
    }

    assert two.post(page.url, again).status_code == 302
    assert page.reads() == page.expected[1]
    assert page.others()


def test_nobody_is_told_where_nobody_else_saved_or_both_said_the_same():
    made = application_at(ApplicationState.DRAFT)
    one = signed_in(lead_of(made.organisation))
    url = f"{made.get_absolute_url()}questions/7/"
    first, second = (form_of(one.get(url), "outcome_1") for _ in range(2))
    assert one.post(url, with_(first, outcome_1="Swims twice")).status_code == 302
    assert one.post(url, with_(second, outcome_1="Swims twice")).status_code == 302
    third = form_of(one.get(url), "outcome_1")
    assert one.post(url, with_(third, outcome_1="Swims daily")).status_code == 302
    assert Application.objects.get().outcomes.get(number=1).words == "Swims daily"


def test_what_one_has_left_alone_takes_what_the_other_saved_and_says_so():
    made = application_at(ApplicationState.DRAFT)
    held = made.organisation
    one, two = signed_in(lead_of(held)), signed_in(member(held))
    url = f"{made.get_absolute_url()}questions/7/"
    first, second = (form_of(client.get(url), "outcome_1") for client in (one, two))
    one.post(url, with_(first, outcome_1="Swims twice"))
    told = two.post(url, with_(second, outcome_2="Cooks"))
    assert "Outcome 1: somebody has saved “Swims twice”, and it stands here now" in told.text
    two.post(url, form_of(told, "outcome_1"))
    words = list(made.outcomes.order_by("number").values_list("words", flat=True))
    assert words[:2] == ["Swims twice", "Cooks"]


def test_a_page_that_was_sent_with_mistakes_still_notices():
    made = application_at(ApplicationState.DRAFT)
    held = made.organisation
    one, two = signed_in(lead_of(held)), signed_in(member(held))
    url = f"{made.get_absolute_url()}questions/7/"
    first, second = (form_of(client.get(url), "outcome_1") for client in (one, two))
    wrong = two.post(url, with_(second, outcome_1="Cooks", outcome_2="word " * 60))
    assert wrong.status_code == 200
    assert SENTENCE not in wrong.text
    one.post(url, with_(first, outcome_1="Swims twice"))
    told = two.post(url, with_(form_of(wrong, "outcome_1"), outcome_2=""))
    assert SENTENCE in told.text
    assert made.outcomes.get(number=1).words == "Swims twice"

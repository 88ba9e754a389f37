"""Consent and what it covers, communication needs, the monthly check-in, and goals scored."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from accounts.enums import TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotReady
from focus_people import actions, workflow
from focus_people.enums import ConsentUse, GoalPoint, Stability
from focus_people.models import CheckIn, FocusPerson, GoalScore
from focus_people.reports import current_consent
from focus_people.todos import for_members, for_staff
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import HERON_GOALS, heron, person, says_why

pytestmark = pytest.mark.django_db
BASIS = {"basis": "person_consented", "decision_maker": "person", "decided_on": date(2025, 1, 1)}
QUIET = {"more_distress": "no", "team_gap": "no", "plan_slipped": "no"}


@pytest.fixture
def held():
    return organisation()


@pytest.fixture
def by(held):
    return lead_of(held)


def test_each_use_is_covered_apart_and_the_newest_counts(held, by):
    made = person(held, by)
    for use in ConsentUse.values:
        said = {f"covers_{other}": other == use for other in ConsentUse.values}
        actions.record_consent(made, by=by, **BASIS, **said)
        assert [u for u in ConsentUse.values if current_consent(made, u)] == [use]
    actions.withdraw_consent(made, by=by)
    assert [u for u in ConsentUse.values if current_consent(made, u)] == []


def test_withdrawn_in_one_browser_the_next_request_in_another_sees_it(held, by):
    from tests.factories.grants import application_at

    application = application_at("draft")
    lead = lead_of(application.organisation)
    one, two = Client(), Client()
    one.force_login(lead)
    two.force_login(lead)
    made = application.person
    check = f"/applications/{application.reference}/check/"
    missing = f"Record consent or a best-interests decision for {made.alias}."
    assert missing not in two.get(check).content.decode()
    assert one.post(f"/people/{made.reference}/withdraw-consent/").status_code == 302
    assert missing in two.get(check).content.decode()
    refused = two.post(f"/applications/{application.reference}/submit/")
    assert refused.status_code == 409
    assert missing in refused.content.decode()


def test_an_application_is_not_covered_by_a_basis_for_something_else():
    from grants.readiness import before_submit
    from tests.factories.grants import application_at

    application = application_at("draft")
    by = lead_of(application.organisation)
    actions.record_consent(application.person, by=by, **BASIS, covers_application=False)
    application.person.refresh_from_db()
    assert any("does not cover an application" in said for said in before_submit(application))


def test_lapsed_consent_is_in_the_worklist_of_officers(held, by):
    fine, withdrawn, overdue, never, closed = (person(held, by) for _ in range(5))
    for made in (fine, withdrawn, closed):
        actions.record_consent(made, by=by, **BASIS)
    actions.record_consent(overdue, by=by, **BASIS, review_on=date(2025, 6, 1))
    actions.withdraw_consent(withdrawn, by=by)
    actions.withdraw_consent(closed, by=by)
    workflow.report_move(closed, by=by)
    lapsed = FocusPerson.objects.current().without_basis(date(2025, 6, 2))
    assert set(lapsed) == {withdrawn, overdue}
    assert set(FocusPerson.objects.current().without_basis(date(2025, 6, 1))) == {withdrawn}
    officer = staff(TeamRole.OFFICER)
    assert "2 people whose consent lapsed" in [todo.title for todo in for_staff(officer)]
    client = Client()
    client.force_login(officer)
    shown = client.get("/people/?basis=lapsed").content.decode()
    assert [made for made in (fine, withdrawn, overdue, never) if made.reference in shown] == [
        withdrawn,
        overdue,
    ]


def test_the_organisation_is_reminded_of_reviews(held, by):
    made = person(held, by, communication_review_on=date(2025, 6, 1))
    actions.record_consent(made, by=by, **BASIS, review_on=date(2025, 7, 1))
    with time_machine.travel(datetime(2025, 6, 10, 12, tzinfo=UTC), tick=False):
        said = {todo.title: todo.due_on for todo in for_members(by)}
    assert said[f"Look again at {made.alias}’s consent"] == date(2025, 7, 1)
    assert said[f"Look again at how {made.alias} communicates"] == date(2025, 6, 1)
    with time_machine.travel(datetime(2025, 4, 10, 12, tzinfo=UTC), tick=False):
        assert not [todo for todo in for_members(by) if "Look again" in todo.title]


def test_communication_needs_need_a_review_date(held, by):
    from tests.focus_people.test_pages import FACTS

    client = Client()
    client.force_login(by)
    wrong = [
        ({"communication_needs": ["signs"]}, "Enter the month in which communication needs"),
        (
            {"communication_needs": ["none", "signs"], "communication_review_on": "5 2026"},
            "not both",
        ),
    ]
    for sent, sentence in wrong:
        assert sentence in client.post("/people/add/", FACTS | sent).content.decode()
    sent = {"communication_needs": ["signs", "easy_read"], "communication_review_on": "5 2026"}
    assert client.post("/people/add/", FACTS | sent).status_code == 302
    made = FocusPerson.objects.get()
    assert made.communication_needs == ["signs", "easy_read"]
    shown = client.get(made.get_absolute_url()).content.decode()
    assert "Not agreed that they are passed on" in shown


MONTHS = [datetime(2025, month, 15, 12, tzinfo=UTC) for month in range(1, 8)]


@pytest.mark.parametrize(
    ("said", "alerts"),
    [
        ("green green green", "- - -"),
        ("amber green amber", "- - -"),
        ("amber amber amber", "- ! !"),
        ("red green red", "! - !"),
        ("red amber amber", "! - !"),
        ("amber none amber", "- . -"),
        ("green red green", "- ! -"),
    ],
)
def test_two_ambers_in_a_row_or_one_red_alert(held, by, said, alerts):
    made, found = person(held, by), []
    for moment, stability in zip(MONTHS, said.split(), strict=False):
        if stability == "none":
            found.append(".")
            continue
        with time_machine.travel(moment, tick=False):
            check = actions.check_in(made, by=by, stability=stability, **QUIET)
        found.append("!" if check.is_alert else "-")
    assert " ".join(found) == alerts


def test_a_check_in_said_again_replaces_the_first(held, by):
    made = person(held, by)
    actions.check_in(made, by=by, stability=Stability.RED, **QUIET)
    actions.check_in(made, by=by, stability=Stability.GREEN, **QUIET)
    assert [c.stability for c in CheckIn.objects.filter(person=made)] == ["green"]
    assert not CheckIn.objects.alerts().exists()


def test_an_alert_is_answered_once_and_the_organisation_sees_the_offer(held, by):
    made = person(held, by)
    said = actions.check_in(made, by=by, stability="red", **(QUIET | {"team_gap": "yes"}))
    officer = staff(TeamRole.OFFICER)
    assert f"{made.alias}: support may break down" in [todo.title for todo in for_staff(officer)]
    client = Client()
    client.force_login(officer)
    where = f"/people/{made.reference}/check-ins/{said.month.year}-{said.month.month}/answer/"
    page = says_why(client, made, "alert").get(made.get_absolute_url())
    assert where in page.content.decode()
    assert client.post(where, {}).status_code == 200
    assert client.post(where, {"offer": "top_up"}).status_code == 302
    assert client.post(where, {"offer": "talk"}).status_code == 409
    letter = OutboxMessage.objects.get(subject="Your check-in has an answer")
    assert made.alias not in letter.body
    assert "A top-up".lower() not in letter.body.lower()
    client.force_login(by)
    assert "a top-up" in client.get(made.get_absolute_url()).content.decode()
    assert not [todo for todo in for_staff(officer) if made.alias in todo.title]


def test_a_quiet_check_in_is_nothing_to_answer(held, by):
    said = actions.check_in(person(held, by), by=by, stability="green", **QUIET)
    with pytest.raises(NotReady):
        workflow.answer_alert(said, by=staff(TeamRole.OFFICER), offer="talk")


def test_goals_are_scored_at_each_point(held, by):
    made = heron(held, by)
    actions.score_goals(made, {(1, "baseline"): -2, (1, "m6"): 1, (2, "m6"): 0}, by=by)
    actions.score_goals(made, {(1, "m6"): 2, (2, "m6"): None}, by=by)
    found = {(s.goal.number, s.point): s.score for s in GoalScore.objects.select_related("goal")}
    assert found == {(1, "baseline"): -2, (1, "m6"): 2}
    for wrong in ({(1, "m6"): 3}, {(9, "m6"): 0}, {(1, "planned"): 0}):
        with pytest.raises(NotReady):
            actions.score_goals(made, wrong, by=by)
    with pytest.raises(NotReady):
        actions.set_goals(made, [None, *HERON_GOALS[1:]], by=by)
    assert GoalScore.objects.count() == 2


def test_the_page_of_scores(held, by):
    made = heron(held, by)
    client = Client()
    client.force_login(by)
    where = f"/people/{made.reference}/goals/scores/"
    assert client.post(where, {"G1-baseline": "3"}).status_code == 200
    assert client.post(where, {"G1-baseline": "-2", "G4-m12": "1"}).status_code == 302
    assert set(GoalScore.objects.values_list("point", "score")) == {("baseline", -2), ("m12", 1)}
    assert len(GoalPoint.values) == 4
    assert "−2" in client.get(made.get_absolute_url()).content.decode()

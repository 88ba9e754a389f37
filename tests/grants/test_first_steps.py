"""The first steps of somebody who has just come: from the eligibility check to an organisation that an
officer verifies, and the short form's own limit on its pages."""

import pytest

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership
from accounts.worklist import todos
from grants.actions import keep_check
from grants.enums import FormKind
from grants.working_days import working_days_after
from tests.factories.accounts import lead_of, organisation, signed_in, staff, user
from tests.factories.awards import decided
from tests.factories.grants import programme_and_round, started

pytestmark = pytest.mark.django_db


def test_whoever_has_no_organisation_is_led_to_register_it_and_keeps_the_check():
    newcomer = user()
    check = keep_check(answers={}, is_eligible=True)
    page = signed_in(newcomer)
    answer = page.get(f"/applications/start/?check={check.reference}", follow=True)
    assert answer.redirect_chain == [("/organisations/register/", 302)]
    assert "First register the organisation that you work for" in answer.content.decode()
    assert page.session["eligibility_check"] == check.reference


@pytest.mark.parametrize("role", list(TeamRole))
def test_nobody_of_the_team_is_led_to_register(role):
    assert signed_in(staff(role)).get("/applications/start/").status_code == 404


def test_an_organisation_to_verify_waits_for_the_officers_who_are_not_in_it():
    held = organisation(verified=False)
    officer, insider = staff(TeamRole.OFFICER), staff(TeamRole.OFFICER)
    Membership.objects.create(user=insider, organisation=held, role=MemberRole.CONTRIBUTOR)

    def waiting(who):
        return [todo for todo in todos(who) if todo.url == held.get_absolute_url()]

    (todo,) = waiting(officer)
    assert todo.title == f"Verify {held.name}"
    assert todo.due_on == working_days_after(clock.day_of(held.registered_at), 2)
    for who in (insider, staff(TeamRole.FINANCE), lead_of(held)):
        assert waiting(who) == []


@pytest.mark.parametrize(("form", "limit"), [(FormKind.SHORT, "£2,500"), (FormKind.FULL, "£8,000")])
def test_the_budget_is_measured_against_what_its_form_is_for(form, limit):
    draft = started(round=programme_and_round(), form=form)
    page = signed_in(lead_of(draft.organisation))
    tasks = page.get(draft.get_absolute_url()).content.decode()
    assert f"Up to {limit}" in tasks
    assert f"of {limit}" in tasks
    budget = page.get(f"{draft.get_absolute_url()}budget/").content.decode()
    assert f"of {limit}" in budget
    assert f"{limit}.00 left" in budget


def test_the_case_says_what_was_decided_to_those_who_may_read_it():
    case = decided()
    page = signed_in(case.decision.decided_by).get(case.get_absolute_url()).content.decode()
    decision = case.decision
    assert f"{decision.get_outcome_display()}, £{decision.amount:,.2f}." in page
    applicant = signed_in(lead_of(case.organisation)).get(case.get_absolute_url())
    assert decision.get_outcome_display() not in applicant.content.decode()

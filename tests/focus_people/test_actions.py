from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.audit import history
from accounts.models import AuditEvent
from accounts.state import NotReady
from focus_people import actions
from focus_people.enums import ALIASES, LeftReason
from focus_people.models import CircleMember, FocusPerson, SupportLine, SupportPlan
from tests.factories.accounts import lead_of, organisation
from tests.factories.focus_people import HERON_NEEDS, SPLIT, before_plan, heron, line, person

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def held():
    return organisation()


@pytest.fixture
def by(held):
    return lead_of(held)


def test_aliases_are_drawn_from_those_not_used(held, by):
    first = person(held, by)
    assert first.alias in ALIASES
    assert set(actions.free_aliases(held)) == set(ALIASES) - {first.alias}
    with pytest.raises(NotReady):
        person(held, by, first.alias)
    with pytest.raises(NotReady):
        person(held, by, "MARGARET")


def test_another_organisation_may_use_the_same_alias(held, by):
    other = organisation()
    assert person(held, by, "HERON").alias == person(other, lead_of(other), "HERON").alias


def test_own_reference_is_stored_encrypted(held, by):
    from django.db import connection

    made = person(held, by, local_ref="FILE-PLANTED-77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT local_ref FROM focus_people_focusperson")
        stored = cursor.fetchone()[0]
    assert "PLANTED" not in stored
    assert FocusPerson.objects.get(pk=made.pk).local_ref == "FILE-PLANTED-77"


def test_editing_facts_leaves_their_names_in_the_trail_and_not_their_values(held, by):
    made = person(held, by)
    actions.edit_person(made, by=by, strengths="Planted words", need_level=made.need_level)
    row = history(made).last()
    assert (row.event, row.data) == ("person.edited", {"fields": ["strengths"]})
    assert "Planted" not in str(list(AuditEvent.objects.values()))


def test_needs_keep_their_numbers(held, by):
    made = person(held, by)
    actions.set_needs(made, HERON_NEEDS, by=by)
    fourth = made.needs.get(number=4)
    actions.set_needs(made, [HERON_NEEDS[0], None, None, ("anxiety", "Reworded")], by=by)
    assert list(made.needs.order_by("number").values_list("number", flat=True)) == [1, 4]
    assert made.needs.get(number=4).pk == fourth.pk
    with pytest.raises(NotReady):
        actions.set_needs(made, [HERON_NEEDS[0]] * 9, by=by)


def test_at_most_five_goals(held, by):
    made = person(held, by)
    with pytest.raises(NotReady):
        actions.set_goals(made, [("choice", "x", False)] * 6, by=by)


def test_the_newest_consent_that_stands_counts(held, by):
    from focus_people.reports import current_consent

    made = person(held, by)
    said = {"basis": "person_consented", "decision_maker": "person"}
    actions.record_consent(made, by=by, decided_on=date(2025, 1, 1), **said)
    newer = actions.record_consent(made, by=by, decided_on=date(2024, 1, 1), **said)
    assert current_consent(made) == newer
    actions.withdraw_consent(made, by=by)
    assert current_consent(made) is None


def test_members_are_numbered_on_and_codes_stand_once(held, by):
    made = heron(held, by)
    added = actions.add_member(made, by=by, role="advocate", sector="ADV", staff_code="A1")
    assert added.code == "M18"
    with pytest.raises(NotReady):
        actions.add_member(made, by=by, role="advocate", sector="ADV", staff_code="A1")
    with pytest.raises(NotReady):
        actions.edit_member(added, by=by, staff_code="SW1")


def test_family_and_volunteers_are_unpaid(held, by):
    made = heron(held, by)
    unpaid = made.circle.filter(is_paid=False).order_by("number")
    assert [m.role for m in unpaid] == ["parent", "sibling", "volunteer"]


def test_replacing_somebody(held, by):
    made = heron(held, by)
    left = made.circle.get(number=7)
    with pytest.raises(NotReady):
        actions.replace_member(left, by=by, joined_on=date(2025, 9, 8))
    left = actions.leave_circle(
        left, by=by, left_on=date(2025, 7, 10), left_reason=LeftReason.NEW_JOB
    )
    new = actions.replace_member(left, by=by, joined_on=date(2025, 9, 8), staff_code="SW8")
    assert (new.role, new.sector, new.replaces, new.number) == (left.role, left.sector, left, 18)
    with pytest.raises(NotReady):
        actions.replace_member(left, by=by, joined_on=date(2025, 9, 9))


def test_nobody_leaves_before_joining(held, by):
    made = heron(held, by)
    member = made.circle.get(number=1)
    with pytest.raises(NotReady):
        actions.leave_circle(member, by=by, left_on=date(2024, 1, 1), left_reason="other")


def test_a_new_version_copies_and_never_overwrites(held, by):
    made = person(held, by)
    first = before_plan(made, by)
    second = actions.new_plan_version(
        made, by=by, point="planned", dated_on=date(2025, 9, 1), reason="Fewer", copy_from=first
    )
    actions.save_plan(second, by=by, lines=[line("other", 1)], payer_split=SPLIT)
    assert (first.version, second.version) == (1, 2)
    assert SupportLine.objects.filter(plan=first).count() == 6
    assert SupportLine.objects.filter(plan=second).count() == 1
    assert second.payer_split == first.payer_split


def test_a_second_version_says_why(held, by):
    made = person(held, by)
    before_plan(made, by)
    with pytest.raises(NotReady):
        actions.new_plan_version(made, by=by, point="planned", dated_on=date(2025, 9, 1))


def test_nobody_copies_the_plan_of_somebody_else(held, by):
    plan = before_plan(person(held, by), by)
    with pytest.raises(NotReady):
        actions.new_plan_version(
            person(held, by), by=by, point="before", dated_on=plan.dated_on, copy_from=plan
        )


@pytest.mark.parametrize("split", [{"la": 60}, {"la": 60, "icb": 41}, {"la": "99.99"}])
def test_payers_sum_to_100(held, by, split):
    plan = before_plan(person(held, by), by)
    with pytest.raises(NotReady):
        actions.save_plan(plan, by=by, lines=[], payer_split=split)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": D("168.25")},
        {"hours": D("-1")},
        {"staff": D("0.4")},
        {"staff": D("6.5")},
        {"rate": D("-0.01")},
        {"nights": 8},
        {"basis": "per_night", "nights": None},
    ],
)
def test_the_database_refuses_impossible_lines(held, by, wrong):
    plan = before_plan(person(held, by), by)
    row = line("other", 1) | {"number": 99, "plan": plan} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportLine.objects.create(**row)


def test_the_database_refuses_half_a_confirmation(held, by):
    plan = before_plan(person(held, by), by)
    for wrong in ({"confidence": "provider_confirmed"}, {"confirmed_by": by}, {"point": "once"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportPlan.objects.filter(pk=plan.pk).update(**wrong)


def test_the_database_refuses_leaving_before_joining(held, by):
    made = heron(held, by)
    with pytest.raises(IntegrityError), transaction.atomic():
        CircleMember.objects.filter(person=made).update(left_on=date(2020, 1, 1))


def test_a_need_that_an_application_names_stays():
    from tests.factories.grants import application_at

    made = application_at("draft").person
    by = lead_of(made.organisation)
    with pytest.raises(NotReady) as refused:
        actions.set_needs(made, HERON_NEEDS[:4], by=by)
    assert refused.value.blockers == [
        "N5 is named by an application. Reword it, or take it out there.",
        "N6 is named by an application. Reword it, or take it out there.",
    ]
    assert made.needs.count() == 6
    actions.set_needs(made, [("anxiety", "Reworded"), *HERON_NEEDS[1:]], by=by)
    assert made.needs.get(number=1).statement == "Reworded"

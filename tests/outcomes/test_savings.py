"""Savings count once the commissioner has confirmed them, by a link that works once and needs no account."""

import re
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from focus_people.actions import new_plan_version, save_plan, withdraw_consent
from focus_people.enums import Confidence
from focus_people.workflow import report_death
from outcomes import savings
from outcomes.enums import SavingAnswer
from outcomes.models import SavingConfirmation
from outcomes.reports import programme_figures
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.focus_people import heron_after_plan

pytestmark = pytest.mark.django_db
COMMISSIONER = "commissioner@council.example"
YES = {"answer": "confirmed", "role": "Commissioning manager"}


@pytest.fixture
def grant(started):
    """HERON's weeks: £10,936.80 before, £6,822.00 after."""
    heron_after_plan(started.application.person, lead_of(started.organisation))
    return started


@pytest.fixture
def lead(grant):
    return lead_of(grant.organisation)


@pytest.fixture
def link(grant, lead):
    savings.ask_commissioner(grant, by=lead, address=COMMISSIONER)
    return link_in(OutboxMessage.objects.get(to=COMMISSIONER))


def link_in(letter):
    return re.search(r"/confirm/\w+/", letter.body)[0]


def tags(grant):
    weeks = savings.weeks_of(grant)
    return weeks.before.confidence, weeks.after.confidence


def test_the_commissioner_confirms_without_an_account(grant, link, client):
    page = client.get(link).content.decode()
    for words in ("£4,114.80 less a week", "£10,936.80", "£6,822.00", "£213,969.60 less a year"):
        assert words in page
    assert client.post(link, YES).url == reverse("saving-answered")
    assert tags(grant) == (Confidence.COMMISSIONER, Confidence.COMMISSIONER)
    assert savings.standing(grant).confirmed_saving == Decimal("4114.80")
    assert savings.weeks_of(grant).comparison.is_confirmed
    rows = AuditEvent.objects.filter(event="plan.confirmed").values_list("actor_label", flat=True)
    assert set(rows) == {"The service"}


def test_the_letter_says_nothing_about_the_person(grant, link):
    letter = OutboxMessage.objects.get(to=COMMISSIONER)
    said = f"{letter.subject} {letter.body}"
    person = grant.application.person
    for secret in (person.alias, person.reference, grant.organisation.name, "£", "4,114"):
        assert secret not in said
    assert grant.reference in said
    assert link_in(letter)[9:-1] not in str(list(SavingConfirmation.objects.values()))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Select whether you confirm it"),
        ({"answer": "different"}, "Enter your own figure"),
        ({"answer": "cannot"}, "Say why you cannot confirm it"),
        ({"answer": "confirmed", "figure": "12"}, "Leave this empty"),
        ({"answer": "confirmed"}, "Enter your role"),
        ({"answer": "cannot", "reason": "NHS number 943 476 5919"}, "NHS number"),
        ({"answer": "maybe", "role": "x"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_the_link_goes_on_working(grant, link, client, given, says):
    said = client.post(link, given)
    assert said.status_code == 200
    assert says in said.content.decode()
    assert client.post(link, YES).status_code == 302


def test_another_figure_is_kept_beside_and_confirms_nothing(grant, link, lead, client):
    other = {"answer": "different", "figure": "-80.50", "role": "Commissioner", "reason": "Nights"}
    assert client.post(link, other).status_code == 302
    assert tags(grant) != (Confidence.COMMISSIONER, Confidence.COMMISSIONER)
    assert savings.standing(grant).confirmed_saving == Decimal("-80.50")
    client.force_login(lead)
    page = client.get(reverse("grant-savings", args=[grant.reference])).content.decode()
    assert "£80.50 more a week" in page
    assert "Nights" in page
    assert "The headline adds up only weeks that the commissioner has confirmed" in page
    assert reverse("new-plan", args=[grant.application.person.reference]) in page


def test_the_headline_says_where_another_figure_went(grant, link, client):
    """Nothing confirmed is no £0.00; the commissioner is told before, and readers of the figure after."""
    programme = grant.application.round.programme
    assert "in no total of the programme" in client.get(link).content.decode()
    client.post(link, {"answer": "different", "figure": "100", "role": "Commissioner"})
    found = programme_figures(programme)
    figure = found.figure("weekly-saving")
    said = {missing.reason: missing.count for missing in figure.missing}
    assert said["Grants whose commissioner gave another figure"] == 1
    assert said["Other grants with both weeks, not both confirmed"] == 0
    assert "£0.00" not in str(figure.denominators)
    held = found.as_json()["savings"]
    assert [held[key] for key in ("before", "after", "weekly")] == [None, None, None]
    yesterday = clock.today() - clock.timedelta(days=1)
    before = programme_figures(programme, yesterday).figure("weekly-saving")
    assert before.missing[0].count == 0


def test_a_week_that_costs_the_same_is_said_in_good_english(started, client):
    lead = lead_of(started.organisation)
    before = savings.latest_plan(started.application.person)
    new_plan_version(
        started.application.person,
        by=lead,
        point="after_m3",
        dated_on=clock.today(),
        reason="No change",
        copy_from=before,
    )
    savings.ask_commissioner(started, by=lead, address=COMMISSIONER)
    page = client.get(link_in(OutboxMessage.objects.get(to=COMMISSIONER))).content.decode()
    assert "costs the same as before its training" in page


def test_cannot_confirm_has_its_reason(grant, link, lead, client):
    answer = {"answer": "cannot", "reason": "We have no record of nights", "role": "Commissioner"}
    assert client.post(link, answer).status_code == 302
    assert savings.standing(grant) is None
    client.force_login(lead)
    page = client.get(reverse("grant-savings", args=[grant.reference])).content.decode()
    assert "We have no record of nights" in page
    told = OutboxMessage.objects.filter(subject__contains="the commissioner has answered")
    assert lead.email in told.values_list("to", flat=True)
    assert "nights" not in told.first().body


def test_a_link_works_once(grant, link, client):
    assert client.post(link, YES).status_code == 302
    again = client.post(link, {"answer": "cannot", "reason": "No", "role": "x"}, follow=True)
    assert "The answer that came first with your link is recorded" in again.content.decode()
    assert "This link has been used" in client.get(link).content.decode()
    assert SavingConfirmation.objects.get().answer == SavingAnswer.CONFIRMED


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "x", "Z" * 200])
def test_a_bad_link_leads_nowhere(link, client, code):
    for said in (client.get(f"/confirm/{code}/"), client.post(f"/confirm/{code}/", YES)):
        assert said.status_code == 404
        assert "does not work" in said.content.decode()


def test_a_link_ends_after_28_days(grant, link, client):
    made = SavingConfirmation.objects.get()
    with time_machine.travel(made.expires_at - clock.timedelta(minutes=1), tick=False):
        assert "Do you confirm" in client.get(link).content.decode()
    with time_machine.travel(made.expires_at, tick=False):
        assert "does not work any more" in client.post(link, YES).content.decode()
    assert SavingConfirmation.objects.get().answer == ""


def test_a_newer_link_takes_the_place_of_an_older_one(grant, link, lead, client):
    savings.ask_commissioner(grant, by=lead, address="another@council.example")
    assert "does not work any more" in client.post(link, YES).content.decode()
    newer = link_in(OutboxMessage.objects.get(to="another@council.example"))
    assert client.post(newer, YES).status_code == 302
    old = SavingConfirmation.objects.filter(answer="")
    old.update(replaced_at=None)
    twin = old.get()
    twin.pk, twin.reference, twin.code_hash = None, "SAVING-X", "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def changed(grant, lead):
    """The week after, with one line fewer."""
    plan = savings.weeks_of(grant).after
    lines = [
        {"area": line.area, "resource": line.resource, "hours": line.hours, "rate": line.rate}
        for line in plan.lines.all()
    ]
    return save_plan(
        plan, by=lead, lines=lines[:-1], payer_split=plan.payer_split, expenses=plan.expenses
    )


def test_figures_that_change_before_the_answer_end_the_link(grant, link, lead, client):
    changed(grant, lead)
    assert "have changed since you were asked" in client.post(link, YES).content.decode()
    assert SavingConfirmation.objects.get().answer == ""


def test_figures_that_change_afterwards_void_another_figure(grant, link, lead, client):
    client.post(link, {"answer": "different", "figure": "100", "role": "Commissioner"})
    assert savings.standing(grant) is not None
    changed(grant, lead)
    assert savings.standing(grant) is None


def test_a_new_version_voids_the_confirmation(grant, link, lead, client):
    client.post(link, YES)
    after = savings.weeks_of(grant).after
    with pytest.raises(NotReady, match="has confirmed this version"):
        changed(grant, lead)
    new_plan_version(
        grant.application.person,
        by=lead,
        point=after.point,
        dated_on=clock.today(),
        reason="Fewer nights",
        copy_from=after,
    )
    assert savings.standing(grant) is None
    assert not savings.weeks_of(grant).comparison.is_confirmed
    client.force_login(lead)
    page = client.get(reverse("grant-savings", args=[grant.reference])).content.decode()
    assert "does not count any more" in page
    assert "Ask the commissioner" in page


def test_nobody_confirms_for_themselves(grant, lead, client):
    place = lead.email.rpartition("@")[2]
    for address in (lead.email, lead.email.upper(), f"somebody.else@{place}"):
        with pytest.raises(NotReady, match="your own organisation"):
            savings.ask_commissioner(grant, by=lead, address=address)
    client.force_login(lead)
    url = reverse("grant-savings", args=[grant.reference])
    said = client.post(url, {"address": f"x@{place}"})
    assert said.status_code == 409
    assert "your own organisation" in said.content.decode()


def test_who_may_ask(grant):
    people = {str(role): staff(role) for role in TeamRole}
    people |= {str(role): member(grant.organisation, role) for role in MemberRole}
    people["other lead"] = lead_of(organisation())
    asked = set()
    for who, person in people.items():
        try:
            savings.ask_commissioner(grant, by=person, address=COMMISSIONER)
        except NotAllowed:
            continue
        asked.add(who)
    assert asked == {"lead"}


def test_nothing_is_asked_of_the_dead_or_without_weeks(grant, link, lead, client):
    report_death(grant.application.person, by=lead)
    fresh = type(grant).objects.get(pk=grant.pk)
    assert "does not work any more" in client.post(link, YES).content.decode()
    with pytest.raises(NotReady, match="has died"):
        savings.ask_commissioner(fresh, by=lead, address=COMMISSIONER)


def test_nobody_outside_sees_weeks_that_nobody_agrees_to_report_on(grant, link, lead, client):
    """Withdrawn at 10 past, and at 11 past the commissioner opens the letter."""
    person = grant.application.person
    withdraw_consent(person, by=lead)
    fresh = type(grant).objects.get(pk=grant.pk)
    for answer in (client.get(link), client.post(link, YES)):
        page = answer.content.decode()
        assert "does not work any more" in page
        assert not [w for w in ("10,936", "6,822", "4,114", person.alias, "consent") if w in page]
    with pytest.raises(NotReady, match="covers reporting"):
        savings.ask_commissioner(fresh, by=lead, address=COMMISSIONER)
    assert tags(fresh)[1] != Confidence.COMMISSIONER


def test_without_a_week_after_there_is_nothing_to_ask(started):
    assert "nothing to confirm" in savings.ask_blockers(started)[0]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from grants.enums import GrantState
    from grants.models import Grant
    from tests.factories.awards import grant_at
    from tests.factories.outcomes import heron_baseline

    made = grant_at(GrantState.AGREED)
    by = lead_of(made.organisation)
    heron_baseline(made, by)
    heron_after_plan(made.application.person, by)
    made = Grant.objects.get(pk=made.pk)
    asked = savings.ask_commissioner(made, by=by, address=COMMISSIONER)
    start = Barrier(6)

    def one(n):
        start.wait()
        try:
            savings.answer_saving(
                asked, answer="confirmed" if n % 2 else "cannot", role="x", reason="r"
            )
        except NotReady:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 1

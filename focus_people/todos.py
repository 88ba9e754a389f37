"""What focus people's records ask of people: the tasks on "Your work"."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.worklist import Todo

from .models import CheckIn, Erasure, FocusPerson, KeptWords, LegalHold
from .reports import current_consent
from .reports.unit_costs import overdue

SOON = timedelta(days=30)


def for_staff(user: Any) -> Iterator[Todo]:
    """Officers and programme leads: words that stay, alerts, and people whose consent lapsed."""
    if not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return
    if waiting := KeptWords.objects.visible_to(user).not_looked_at().count():
        one = waiting == 1
        yield Todo(
            title=f"{waiting} text{'' if one else 's'} may say who somebody is",
            url=reverse("kept-words"),
            action="Look at what stays",
            detail="Their writers say why the words stay.",
        )
    alerts = CheckIn.objects.visible_to(user).alerts().select_related("person")
    for said in alerts.order_by("checked_at", "pk")[:20]:
        red = said.stability == "red"
        yield Todo(
            title=f"{said.person.alias}: support may break down"
            if red
            else f"{said.person.alias}: amber two months in a row",
            url=said.get_absolute_url(),
            action="Answer the alert",
            detail=f"Monthly check-in of {said.month:%B %Y}, {said.person.reference}.",
            is_urgent=red,
        )
    lapsed = FocusPerson.objects.visible_to(user).current().without_basis(clock.today()).count()
    if lapsed:
        yield Todo(
            title=f"{lapsed} {'person' if lapsed == 1 else 'people'} whose consent lapsed",
            url=f"{reverse('people')}?basis=lapsed",
            action="See whose",
            detail="It was withdrawn, or its review is overdue. No report and no story until it stands.",
        )


def for_leads(user: Any) -> Iterator[Todo]:
    """Programme leads: erasures to decide, holds to look at again, unit costs whose review is due."""
    if not user.is_team(TeamRole.PROGRAMME_LEAD):
        return
    for asked in (
        Erasure.objects.visible_to(user).asked().exclude(asked_by=user).order_by("pk")[:20]
    ):
        yield Todo(
            title="Decide whether a record is erased",
            url=asked.get_absolute_url(),
            action="Look at it",
            detail=f"Asked for by another programme lead. {asked.get_why_display()}.",
        )
    holds = LegalHold.objects.filter(
        released_at__isnull=True, review_on__lte=clock.today() + SOON
    ).exclude(person__organisation__in=user.organisation_ids())
    for hold in holds.select_related("person").order_by("review_on", "pk")[:20]:
        yield Todo(
            title=f"Look again at the legal hold on {hold.person.alias}’s record",
            url=hold.person.get_absolute_url(),
            action="Keep it or end it",
            due_on=hold.review_on,
        )
    if due := len(overdue()):
        yield Todo(
            title=f"{due} unit cost{'' if due == 1 else 's'} to look at",
            url=reverse("unit-costs"),
            action="Review unit costs",
            detail="Their review is overdue, or they are defaults that nobody has confirmed.",
        )


def for_members(user: Any) -> Iterator[Todo]:
    """Leads and contributors: a basis to look at again, communication needs to review, the check-in."""
    own = user.organisation_ids("lead", "contributor")
    if not own:
        return
    today = clock.today()
    people = FocusPerson.objects.visible_to(user).current().filter(organisation__in=own)
    people = people.prefetch_related("consents").annotate(checked=Max("check_ins__month"))
    for person in people.order_by("alias", "pk")[:200]:
        consent = current_consent(person)
        if consent and consent.review_on and consent.review_on <= today + SOON:
            yield Todo(
                title=f"Look again at {person.alias}’s consent",
                url=reverse("person-consent", args=[person.reference]),
                action="Record what stands now",
                due_on=consent.review_on,
            )
        if person.communication_review_on and person.communication_review_on <= today + SOON:
            yield Todo(
                title=f"Look again at how {person.alias} communicates",
                url=reverse("edit-person", args=[person.reference]),
                action="Review communication needs",
                due_on=person.communication_review_on,
            )
        if person.checked and person.checked < today.replace(day=1):
            yield Todo(
                title=f"Monthly check-in for {person.alias}",
                url=reverse("check-in", args=[person.reference]),
                action="Check in, two minutes",
            )

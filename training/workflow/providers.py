"""The directory of providers of training: list one, change it, approve it until a day, take it off."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotAllowed, NotReady, locked, permitted, ready

from ..models import ProviderRegion, ProviderTopic, TrainingProvider
from ..rules import manages_market
from ..topics import PHYSICAL

_FACTS = (
    "name",
    "about",
    "website",
    "cost_person_day",
    "cost_day",
    "group_size",
    "rrn_until",
    "framework_areas",
    "tiers",
)


def _offers(provider: TrainingProvider, topics: Iterable[str], regions: Iterable[str]) -> bool:
    """Write what a provider teaches and where; says whether anything changed."""
    taught = set(provider.topics.values_list("topic", flat=True))
    where = set(provider.regions.values_list("region", flat=True))
    topics, regions = set(topics), set(regions)
    provider.topics.filter(topic__in=taught - topics).delete()
    provider.regions.filter(region__in=where - regions).delete()
    ProviderTopic.objects.bulk_create(
        ProviderTopic(provider=provider, topic=topic) for topic in sorted(topics - taught)
    )
    ProviderRegion.objects.bulk_create(
        ProviderRegion(provider=provider, region=region) for region in sorted(regions - where)
    )
    return (taught, where) != (topics, regions)


def _named(name: str, but: int = 0) -> list[str]:
    same = TrainingProvider.objects.filter(name__iexact=name).exclude(pk=but)
    return ["A provider of this name is in the directory already."] if same.exists() else []


@transaction.atomic
def list_provider(
    *, by: User, topics: Iterable[str], regions: Iterable[str], **facts: Any
) -> TrainingProvider:
    """Put a provider into the directory, not approved yet. Raises `NotReady` for a name that is there."""
    if not manages_market(by):
        raise NotAllowed("training.manage_provider")
    if standing := _named(facts["name"]):
        raise NotReady(standing)
    made = TrainingProvider.objects.create(listed_at=clock.now(), listed_by=by, **facts)
    _offers(made, topics, regions)
    record("provider.listed", made, by=by)
    return made


@transaction.atomic
def change_provider(
    provider: TrainingProvider,
    *,
    by: User,
    topics: Iterable[str],
    regions: Iterable[str],
    **facts: Any,
) -> TrainingProvider:
    """Change what is known of a provider.

    Raises `NotReady` for a name that another has, and where an approved one would teach physical
    intervention without a certificate in force.
    """
    provider = locked(provider)
    permitted(by, "training.manage_provider", provider)
    if standing := _named(facts.get("name", provider.name), provider.pk):
        raise NotReady(standing)
    changed = sorted(n for n in _FACTS if n in facts and facts[n] != getattr(provider, n))
    for name in changed:
        setattr(provider, name, facts[name])
    topics = list(topics)
    today = clock.today()
    if PHYSICAL in topics and provider.is_approved(today) and not provider.is_certified(today):
        raise NotReady(
            [
                "Physical intervention needs a certificate of the Restraint Reduction Network in force."
            ]
        )
    if _offers(provider, topics, regions):
        changed.append("topics or regions")
    if changed:
        provider.save()
        record("provider.changed", provider, by=by, fields=changed)
    return provider


@transaction.atomic
def approve_provider(
    provider: TrainingProvider, *, by: User, review_on: date, basis: str
) -> TrainingProvider:
    """Approve a provider, or renew its approval, until the review. Raises `NotReady` for a review that is
    not in the future, for one that offers nothing yet, and for restraint without a certificate."""
    provider = locked(provider)
    permitted(by, "training.manage_provider", provider)
    ready(provider, "approve")
    if review_on <= clock.today():
        raise NotReady(["The review has to be in the future."])
    provider.approve(by=by, review_on=review_on, basis=basis)
    provider.save()
    record("provider.approved", provider, by=by, review_on=str(review_on))
    return provider


@transaction.atomic
def withdraw_provider(provider: TrainingProvider, *, by: User, reason: str) -> TrainingProvider:
    """Take a provider off the list that organisations see. What it delivered stays in the record."""
    provider = locked(provider)
    permitted(by, "training.manage_provider", provider)
    ready(provider, "withdraw")
    provider.withdraw(reason=reason)
    provider.save()
    record("provider.withdrawn", provider, by=by)
    return provider

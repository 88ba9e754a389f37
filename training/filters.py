from typing import Any

import django_filters
from django.db.models import F

from accounts import clock
from accounts.enums import Region

from .enums import Clinician, Mode, Pattern, SessionMode, SessionState, SharedState
from .models import (
    Activity,
    Cascade,
    SeatBooking,
    Session,
    SharedSession,
    SignOff,
    TrainingProvider,
)
from .topics import topic_choices

# How the directory may be ordered; the name settles ties, so that pages never overlap.
PROVIDER_SORTS = {
    "name": "name",
    "person": "cost_person_day",
    "day": "cost_day",
    "rating": "rating",
    "review": "review_on",
}


class ProviderFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains", label="Name contains")
    topic = django_filters.ChoiceFilter(
        choices=topic_choices, label="Topic", empty_label="Any", field_name="topics__topic"
    )
    region = django_filters.ChoiceFilter(
        choices=Region, label="Region", empty_label="Any", field_name="regions__region"
    )
    most_person = django_filters.NumberFilter(
        field_name="cost_person_day",
        lookup_expr="lte",
        label="At most £ per person and day",
        min_value=0,
    )
    most_day = django_filters.NumberFilter(
        field_name="cost_day", lookup_expr="lte", label="At most £ per day", min_value=0
    )
    rating = django_filters.ChoiceFilter(
        choices=[("3", "3 or more of 5"), ("4", "4 or more of 5")],
        label="Rated by learners",
        empty_label="Any",
        field_name="rating",
        lookup_expr="gte",
    )
    approved = django_filters.ChoiceFilter(
        choices=[("yes", "Approved now")], label="Approval", empty_label="Any", method="by_approval"
    )
    rrn = django_filters.ChoiceFilter(
        choices=[("yes", "Certificate in force")],
        label="Restraint Reduction Network",
        empty_label="Any",
        method="by_certificate",
    )

    class Meta:
        model = TrainingProvider
        fields = (
            "name",
            "topic",
            "region",
            "most_person",
            "most_day",
            "rating",
            "approved",
            "rrn",
        )

    def by_approval(self, providers: Any, name: str, value: str) -> Any:
        return providers.approved(clock.today())

    def by_certificate(self, providers: Any, name: str, value: str) -> Any:
        return providers.filter(rrn_until__gte=clock.today())


def ordered_providers(providers: Any, said: str) -> Any:
    """The directory in the order that the address asks for, empty values last; by name otherwise."""
    down, key = said.startswith("-"), said.removeprefix("-")
    field = F(PROVIDER_SORTS.get(key, "name"))
    order = field.desc(nulls_last=True) if down else field.asc(nulls_last=True)
    return providers.order_by(order, "name", "pk")


class OfActivityFilter(django_filters.FilterSet):
    """What belongs to an activity, by its grant or by itself."""

    grant = django_filters.CharFilter(
        field_name="activity__grant__reference", lookup_expr="iexact", label="Grant"
    )
    activity = django_filters.CharFilter(
        field_name="activity__reference", lookup_expr="iexact", label="Activity"
    )


class SessionFilter(OfActivityFilter):
    state = django_filters.ChoiceFilter(choices=SessionState, label="State", empty_label="Any")
    mode = django_filters.ChoiceFilter(choices=SessionMode, label="How", empty_label="Any")
    held_from = django_filters.DateFilter(
        field_name="held_on", lookup_expr="gte", label="On or after"
    )
    held_until = django_filters.DateFilter(
        field_name="held_on", lookup_expr="lte", label="On or before"
    )

    class Meta:
        model = Session
        fields = ("grant", "activity", "state", "mode", "held_from", "held_until")


class ActivityFilter(django_filters.FilterSet):
    grant = django_filters.CharFilter(
        field_name="grant__reference", lookup_expr="iexact", label="Grant"
    )
    topic = django_filters.CharFilter(lookup_expr="iexact", label="Topic code")
    mode = django_filters.ChoiceFilter(choices=Mode, label="How", empty_label="Any")
    pattern = django_filters.ChoiceFilter(choices=Pattern, label="Pattern", empty_label="Any")

    class Meta:
        model = Activity
        fields = ("grant", "topic", "mode", "pattern")


class SignOffFilter(OfActivityFilter):
    clinician = django_filters.ChoiceFilter(choices=Clinician, label="Signed by", empty_label="Any")
    review_until = django_filters.DateFilter(
        field_name="review_on", lookup_expr="lte", label="Review on or before"
    )

    class Meta:
        model = SignOff
        fields = ("grant", "activity", "clinician", "review_until")


class CascadeFilter(OfActivityFilter):
    topic = django_filters.CharFilter(lookup_expr="iexact", label="Topic code")

    class Meta:
        model = Cascade
        fields = ("grant", "activity", "topic")


class SharedFilter(django_filters.FilterSet):
    topic = django_filters.CharFilter(lookup_expr="iexact", label="Topic code")
    region = django_filters.ChoiceFilter(choices=Region, label="Region", empty_label="Any")
    state = django_filters.ChoiceFilter(choices=SharedState, label="State", empty_label="Any")
    held_from = django_filters.DateFilter(
        field_name="held_on", lookup_expr="gte", label="On or after"
    )

    class Meta:
        model = SharedSession
        fields = ("topic", "region", "state", "held_from")


class SeatFilter(django_filters.FilterSet):
    grant = django_filters.CharFilter(
        field_name="grant__reference", lookup_expr="iexact", label="Grant"
    )
    session = django_filters.CharFilter(
        field_name="session__reference", lookup_expr="iexact", label="Shared session"
    )

    class Meta:
        model = SeatBooking
        fields = ("grant", "session")

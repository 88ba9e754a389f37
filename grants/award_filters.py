"""What lists of grants and payments can be narrowed to, for pages and the API alike."""

import django_filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput

from accounts.enums import Region

from .enums import GrantState, Instalment, PaymentState
from .models import Claim, Grant, Payment, Round

FIND = "Reference, alias or organisation"


class Order(django_filters.OrderingFilter):
    """As asked for; what is equal stays in the order of the list, so that no two pages show the same."""

    def filter(self, qs: QuerySet, value: list[str] | None) -> QuerySet:
        asked = [self.get_ordering_value(one) for one in value or () if one]
        return qs.order_by(*asked, *qs.query.order_by)


class GrantFilter(django_filters.FilterSet):
    find = django_filters.CharFilter(method="find_words", label=FIND)
    state = django_filters.ChoiceFilter(choices=GrantState, label="State", empty_label="Any")
    round = django_filters.ModelChoiceFilter(
        field_name="application__round",
        queryset=lambda request: (
            Round.objects.visible_to(request.user).order_by("-opens_at", "pk")
            if request
            else Round.objects.none()
        ),
        to_field_name="reference",
        label="Round",
        empty_label="Any",
    )
    region = django_filters.ChoiceFilter(
        field_name="application__organisation__region",
        choices=Region,
        label="Region",
        empty_label="Any",
    )
    sort = Order(
        fields=(
            ("reference", "reference"),
            ("amount", "amount"),
            ("spent", "spent"),
            ("paid", "paid"),
            ("ends_on", "ends"),
        ),
        label="Order",
        widget=HiddenInput,
    )

    class Meta:
        model = Grant
        fields = ("find", "state", "round", "region")

    def find_words(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(reference__icontains=value)
            | Q(application__person__alias__icontains=value)
            | Q(application__organisation__name__icontains=value)
        )


class PaymentFilter(django_filters.FilterSet):
    find = django_filters.CharFilter(method="find_words", label=FIND)
    state = django_filters.ChoiceFilter(choices=PaymentState, label="State", empty_label="Any")
    instalment = django_filters.ChoiceFilter(choices=Instalment, label="Payment", empty_label="Any")

    class Meta:
        model = Payment
        fields = ("find", "state", "instalment")

    def find_words(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(grant__reference__icontains=value)
            | Q(grant__application__person__alias__icontains=value)
            | Q(grant__application__organisation__name__icontains=value)
        )


class ClaimFilter(django_filters.FilterSet):
    grant = django_filters.CharFilter(field_name="grant__reference", label="Grant")

    class Meta:
        model = Claim
        fields = ("state", "grant")

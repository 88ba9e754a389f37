"""What the list of outcome reports, and the API, can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.enums import Region
from grants.models import Grant, Programme

from .due import STATUS_LABEL
from .enums import Point, ReportState
from .models import OutcomeReport
from .reports.glance import Glance, Sign


class GrantsAndTheirRows(django_filters.FilterSet):
    """Grants are narrowed in the database; what belongs to their rows, or is worked out from the
    records, the view narrows with `keeps`."""

    about = django_filters.CharFilter(method="named", label="Reference, alias or organisation")

    class Meta:
        model = Grant
        fields = ()

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(reference__icontains=value)
            | Q(application__person__alias__iexact=value)
            | Q(application__organisation__name__icontains=value)
        )

    def kept(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """For a filter of the rows: the grants stay as they are."""
        return queryset

    def chosen(self, name: str) -> str:
        """What was chosen for a filter of the rows; empty for any."""
        form = self.form
        return str(form.cleaned_data.get(name) or "") if form.is_valid() else ""


class DueFilter(GrantsAndTheirRows):
    """The officers' list: grants are narrowed in the database, points and status on their rows."""

    status = django_filters.ChoiceFilter(
        choices=list(STATUS_LABEL.items()), method="kept", label="Status", empty_label="Any"
    )
    point = django_filters.ChoiceFilter(
        choices=Point.choices, method="kept", label="Report", empty_label="Any"
    )
    region = django_filters.ChoiceFilter(
        choices=Region,
        field_name="application__organisation__region",
        label="Region",
        empty_label="Any",
    )

    def keeps(self, row: Any) -> bool:
        """Whether a row fits status and point."""
        status, point = self.chosen("status"), self.chosen("point")
        return (not status or row.status == status) and (not point or row.point == point)


class OutcomeReportFilter(django_filters.FilterSet):
    """For the API: by grant, point and state."""

    grant = django_filters.CharFilter(field_name="grant__reference", lookup_expr="iexact")
    point = django_filters.MultipleChoiceFilter(choices=Point.choices)
    state = django_filters.MultipleChoiceFilter(choices=ReportState.choices)
    accepted_from = django_filters.DateFilter(field_name="accepted_at", lookup_expr="date__gte")
    accepted_until = django_filters.DateFilter(field_name="accepted_at", lookup_expr="date__lte")

    class Meta:
        model = OutcomeReport
        fields = ("grant", "point", "state", "accepted_from", "accepted_until")


class GlanceFilter(GrantsAndTheirRows):
    """The address keeps what was chosen, so that a view can be shared."""

    sign = django_filters.ChoiceFilter(
        choices=[("any", "Any sign"), *((sign.name.lower(), sign.value) for sign in Sign)],
        method="kept",
        label="Early sign",
        empty_label="With or without",
    )
    programme = django_filters.ModelChoiceFilter(
        field_name="application__round__programme",
        queryset=Programme.objects.order_by("starts_on"),
        to_field_name="slug",
        label="Programme",
        empty_label="All programmes",
    )
    region = django_filters.ChoiceFilter(
        choices=Region.choices,
        field_name="application__organisation__region",
        label="Region",
        empty_label="All regions",
    )

    def keeps(self, found: Glance) -> bool:
        """Whether a grant has the sign that was chosen."""
        chosen = self.chosen("sign")
        if not chosen:
            return True
        return bool(found.warnings) if chosen == "any" else Sign[chosen.upper()] in found.warnings

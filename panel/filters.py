from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from grants.models import Application

from .enums import AssessmentState, Phase
from .models import Assessment
from .reports.cases import cases_of


class CaseFilter(django_filters.FilterSet):
    """The overview of chair and lead. Nothing to filter or sort by depends on a score."""

    phase = django_filters.MultipleChoiceFilter(
        choices=Phase, label="Where it is", method="in_phase", widget=forms.CheckboxSelectMultiple
    )
    q = django_filters.CharFilter(label="Case or reference", method="named")

    class Meta:
        model = Application
        fields = ("phase", "q")

    @property
    def form(self) -> Any:
        form = super().form
        form.fields["phase"].small = True
        return form

    def in_phase(self, queryset: QuerySet, _: str, phases: list[str]) -> QuerySet:
        """Phases are derived: worked out for the cases in question, then filtered by id."""
        chosen = {Phase(phase) for phase in phases}
        if not chosen:
            return queryset
        ids = [case.application.pk for case in cases_of(queryset) if case.phase in chosen]
        return queryset.filter(pk__in=ids)

    def named(self, queryset: QuerySet, _: str, text: str) -> QuerySet:
        return queryset.filter(Q(reference__icontains=text) | Q(alias__icontains=text))


class AssessmentFilter(django_filters.FilterSet):
    """Sheets by case and state. Never by a score: an order or a count would tell one."""

    application = django_filters.CharFilter(
        field_name="assignment__application__reference", label="Application"
    )
    state = django_filters.ChoiceFilter(choices=AssessmentState, label="State")

    class Meta:
        model = Assessment
        fields: Any = ("application", "state")

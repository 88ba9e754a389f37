from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet

from grants.enums import ApplicationState
from grants.models import Application

from .enums import AssessmentState, Phase
from .models import Assessment
from .querysets import IS_ALL_IN, IS_STAFFED

_WITH_PANEL = Q(state=ApplicationState.WITH_PANEL, is_concluded=False)
# The same phases as `reports.cases.phase_of`, for the database.
PHASES = {
    Phase.ASSIGNING: _WITH_PANEL & ~IS_STAFFED,
    Phase.SCORING: _WITH_PANEL & IS_STAFFED & Q(sheets_in__lt=F("seats")),
    Phase.MODERATING: _WITH_PANEL & IS_ALL_IN,
    Phase.CONCLUDED: Q(is_concluded=True),
    Phase.OVER: Q(is_concluded=False) & ~Q(state=ApplicationState.WITH_PANEL),
}


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
        wanted = Q(pk__in=())
        for phase in phases:
            wanted |= PHASES[Phase(phase)]
        return queryset.filter(wanted) if phases else queryset

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

"""The filters of lists: the same for the pages and the API, always on `visible_to`."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from accounts import clock as london
from accounts.enums import Region
from focus_people.enums import NeedCategory

from .enums import STATE_OWNER, ApplicationState, Owner
from .models import Application, Round

SORTS = {
    "due": ("is_over", "clock_from", "pk"),
    "case": ("person__alias", "pk"),
    "state": ("shown_state", "clock_from", "pk"),
    "officer": ("case_officer__name", "clock_from", "pk"),
    "sent": ("submitted_at", "pk"),
}


def _sent_states() -> list[tuple[str, str]]:
    return [(s.value, s.label) for s in ApplicationState if s != ApplicationState.DRAFT]


def _rounds(request: Any) -> QuerySet[Round]:
    user = getattr(request, "user", None)
    if user is None:
        return Round.objects.none()
    return Round.objects.visible_to(user).order_by("-opens_at", "pk")


class ApplicationFilter(django_filters.FilterSet):
    """What is searched, in which state, whom it waits for, where, and who has it.

    Its queryset carries `with_shown_state(user)` and `with_clock_order()`.
    """

    q = django_filters.CharFilter(method="search", label="Case, reference or organisation")
    state = django_filters.MultipleChoiceFilter(
        field_name="shown_state",
        choices=_sent_states(),
        label="State",
        widget=forms.CheckboxSelectMultiple,
    )
    waits = django_filters.ChoiceFilter(
        choices=[(o.value, o.label if o != Owner.APPLICANT else "The applicant") for o in Owner],
        method="waiting",
        label="Waits for",
        empty_label="Anybody",
    )
    round = django_filters.ModelChoiceFilter(
        queryset=_rounds, to_field_name="reference", label="Round", empty_label="All rounds"
    )
    region = django_filters.ChoiceFilter(
        field_name="organisation__region",
        choices=Region.choices,
        label="Region",
        empty_label="All regions",
    )
    need = django_filters.ChoiceFilter(
        choices=NeedCategory.choices, method="with_need", label="Need", empty_label="Any need"
    )
    clock = django_filters.ChoiceFilter(
        choices=[
            ("late", "Past the target"),
            ("week", "Due within 7 days"),
            ("stopped", "Stopped"),
        ],
        method="on_the_clock",
        label="Clock",
        empty_label="Any",
    )
    assigned = django_filters.ChoiceFilter(
        choices=[("me", "Me"), ("nobody", "No one yet")],
        method="assigned_to",
        label="Officer",
        empty_label="Anybody",
    )
    sort = django_filters.ChoiceFilter(
        choices=[(f"{sign}{key}", key) for key in SORTS for sign in ("", "-")],
        method="sorted_by",
        widget=forms.HiddenInput,
        label="Sorted by",
    )

    class Meta:
        model = Application
        fields = (
            "q",
            "state",
            "waits",
            "round",
            "region",
            "need",
            "clock",
            "assigned",
            "sort",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.form.fields:
            self.form.fields[name].label_size = "s"
            self.form.fields[name].small = True

    def search(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(reference__icontains=value)
            | Q(person__alias__icontains=value)
            | Q(organisation__name__icontains=value)
        )

    def waiting(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        states = [s for s, owner in STATE_OWNER.items() if owner == value]
        return queryset.filter(shown_state__in=states)

    def with_need(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        # By key: joining the needs would show an application once for each of them.
        return queryset.filter(
            pk__in=Application.needs.through._default_manager.filter(need__category=value).values(
                "application"
            )
        )

    def on_the_clock(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        """By the moment from which the clock counts: the sending, moved on by the days it stood."""
        open_ones = queryset.filter(is_over=0)
        if value == "stopped":
            return open_ones.filter(clock_stops__until_on__isnull=True, clock_stops__isnull=False)
        matching = Q()
        targets = set(open_ones.order_by().values_list("round__target_days", flat=True))
        for target in targets:
            # The last moment of sending whose target has passed by the end of yesterday.
            late = london.end_of(london.today() - timedelta(days=target + 1))
            soon = london.end_of(london.today() - timedelta(days=target - 7))
            when = (
                Q(clock_from__lt=late)
                if value == "late"
                else Q(clock_from__gte=late, clock_from__lt=soon)
            )
            matching |= Q(round__target_days=target) & when
        return open_ones.filter(matching) if matching else open_ones.none()

    def assigned_to(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        if value == "nobody":
            return queryset.filter(case_officer__isnull=True)
        return queryset.filter(case_officer=self.request.user)

    def sorted_by(self, queryset: QuerySet, _: str, value: str) -> QuerySet:
        keys = SORTS[value.removeprefix("-")]
        if value.startswith("-"):
            return queryset.order_by(f"-{keys[0]}", *keys[1:])
        return queryset.order_by(*keys)

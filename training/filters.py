import django_filters

from .enums import Mode, Pattern, SessionMode, SessionState
from .models import Activity, Session


class SessionFilter(django_filters.FilterSet):
    grant = django_filters.CharFilter(
        field_name="activity__grant__reference", lookup_expr="iexact", label="Grant"
    )
    activity = django_filters.CharFilter(
        field_name="activity__reference", lookup_expr="iexact", label="Activity"
    )
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

import django_filters

from .enums import OrganisationState, Region
from .models import Organisation


class OrganisationFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains", label="Name contains")
    state = django_filters.ChoiceFilter(choices=OrganisationState, label="State", empty_label="Any")
    region = django_filters.ChoiceFilter(choices=Region, label="Region", empty_label="Any")

    class Meta:
        model = Organisation
        fields = ("name", "state", "region")

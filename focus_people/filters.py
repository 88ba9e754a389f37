import django_filters

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Organisation

from .enums import Cohort, DsrRating, PersonState
from .models import FocusPerson

# How the list may be ordered; the public reference settles ties, so that pages never overlap.
SORTS = {"alias": "alias", "added": "added_at", "organisation": "organisation__name"}


class PersonFilter(django_filters.FilterSet):
    alias = django_filters.CharFilter(lookup_expr="icontains", label="Word contains")
    state = django_filters.ChoiceFilter(choices=PersonState, label="State", empty_label="Any")
    dsr_rating = django_filters.ChoiceFilter(
        choices=DsrRating, label="Register rating", empty_label="Any"
    )
    cohort = django_filters.ChoiceFilter(choices=Cohort, label="Why at risk", empty_label="Any")
    organisation = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.none(),
        label="Organisation",
        empty_label="Any",
        to_field_name="reference",
    )

    basis = django_filters.ChoiceFilter(
        choices=[("lapsed", "Lapsed: withdrawn, or review overdue")],
        label="Consent",
        empty_label="Any",
        method="by_basis",
    )

    class Meta:
        model = FocusPerson
        fields = ("alias", "state", "dsr_rating", "cohort", "organisation", "basis")

    def by_basis(self, people, name, value):
        return people.current().without_basis(clock.today())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.request.user
        staff = user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        if staff or len(user.organisation_roles) > 1:
            visible = Organisation.objects.visible_to(user).order_by("name", "pk")
            self.filters["organisation"].queryset = visible
        else:
            del self.filters["organisation"]


def ordered(people, said: str):
    """The list in the order that the address asks for; by alias when it asks for nothing we know."""
    down, key = said.startswith("-"), said.removeprefix("-")
    field = SORTS.get(key, "alias")
    return people.order_by(f"-{field}" if down and key in SORTS else field, "reference")

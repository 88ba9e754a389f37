"""The panel's half of the API. Every list starts from the selector that its page starts from, so no
score comes out that the page would not show; verbs refuse what the pages refuse."""

from typing import Any

from rest_framework import viewsets

from accounts.api import with_verbs
from grants.models import Application

from .filters import AssessmentFilter, CaseFilter
from .models import AgendaItem, Assessment, Assignment, Meeting
from .reports import oversight
from .serializers import (
    AgendaItemSerializer,
    AssessmentSerializer,
    MeetingSerializer,
    PanelCaseSerializer,
    SeatSerializer,
)
from .verbs import ASSESSMENT_VERBS, CASE_VERBS, ITEM_VERBS, MEETING_VERBS, SEAT_VERBS


@with_verbs(*ASSESSMENT_VERBS)
class AssessmentViewSet(viewsets.ReadOnlyModelViewSet):
    """Own sheets, and those of others once every score of the case is open to this person."""

    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    lookup_field = "reference"
    queryset = Assessment.objects.none()

    def get_queryset(self) -> Any:
        visible = Assessment.objects.visible_to(self.request.user)
        return (
            visible.select_related(
                "assignment__application__round", "assignment__panellist", "case_file"
            )
            .prefetch_related("scores__criterion", "assignment__application__terms__criteria")
            .order_by("assignment__application__reference", "assignment__number")
        )


@with_verbs(*SEAT_VERBS)
class SeatViewSet(viewsets.ReadOnlyModelViewSet):
    """Own seats; for chair and lead the seats of the cases that they oversee."""

    serializer_class = SeatSerializer
    lookup_field = "reference"
    queryset = Assignment.objects.none()

    def get_queryset(self) -> Any:
        visible = Assignment.objects.visible_to(self.request.user)
        return visible.select_related("application", "panellist").order_by(
            "application__reference", "number"
        )


@with_verbs(*CASE_VERBS)
class PanelCaseViewSet(viewsets.ReadOnlyModelViewSet):
    """Cases that chair and lead oversee."""

    serializer_class = PanelCaseSerializer
    filterset_class = CaseFilter
    lookup_field = "reference"
    queryset = Application.objects.none()

    def get_queryset(self) -> Any:
        return oversight(self.request.user).order_by("last_due", "reference")


@with_verbs(*MEETING_VERBS)
class MeetingViewSet(viewsets.ReadOnlyModelViewSet):
    """Meetings that one is called to, each with its agenda as this person sees it."""

    serializer_class = MeetingSerializer
    lookup_field = "reference"
    queryset = Meeting.objects.none()

    def get_queryset(self) -> Any:
        visible = Meeting.objects.visible_to(self.request.user)
        return visible.select_related("round").order_by("-held_on", "-pk")


@with_verbs(*ITEM_VERBS)
class AgendaItemViewSet(viewsets.ReadOnlyModelViewSet):
    """Cases on the agendas, without those that this person may not know of."""

    serializer_class = AgendaItemSerializer
    lookup_field = "reference"
    queryset = AgendaItem.objects.none()

    def get_queryset(self) -> Any:
        visible = AgendaItem.objects.visible_to(self.request.user)
        return visible.select_related("meeting__round", "application").order_by(
            "-meeting__held_on", "meeting__pk", "place", "pk"
        )


VIEWSETS: list = [
    ("assessments", AssessmentViewSet),
    ("panel-seats", SeatViewSet),
    ("panel-cases", PanelCaseViewSet),
    ("panel-meetings", MeetingViewSet),
    ("panel-agenda", AgendaItemViewSet),
]

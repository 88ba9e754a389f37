"""The market of training by programs: providers, shared sessions and seats in them, as on the pages."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import clock
from accounts.api import form_errors, with_verbs
from grants.models import Grant

from . import workflow
from .filters import ProviderFilter, SeatFilter, SharedFilter
from .forms_market import ProviderForm, SeatsForm, SharedForm
from .models import SeatBooking, SharedSession, TrainingProvider
from .rules import manages_market
from .verbs import BOOKING_VERBS, PROVIDER_VERBS, SHARED_VERBS


class ProviderSerializer(serializers.ModelSerializer):
    topics = serializers.SerializerMethodField(help_text="Codes of what it teaches")
    regions = serializers.SerializerMethodField()
    is_approved = serializers.SerializerMethodField(help_text="Whether its approval holds today")
    rating = serializers.SerializerMethodField(
        help_text="How good learners found it, 1 to 5; null below five answers"
    )

    class Meta:
        model = TrainingProvider
        fields = (
            "reference",
            "name",
            "about",
            "website",
            "topics",
            "regions",
            "cost_person_day",
            "cost_day",
            "group_size",
            "rrn_until",
            "framework_areas",
            "tiers",
            "state",
            "is_approved",
            "review_on",
            "basis",
            "rating",
        )
        read_only_fields = fields

    def get_topics(self, provider: TrainingProvider) -> list[str]:
        return sorted(row.topic for row in provider.topics.all())

    def get_regions(self, provider: TrainingProvider) -> list[str]:
        return sorted(row.region for row in provider.regions.all())

    def get_is_approved(self, provider: TrainingProvider) -> bool:
        return provider.is_approved(clock.today())

    def get_rating(self, provider: TrainingProvider) -> float | None:
        # one that was listed a moment ago has no figures beside it, and no answers
        found = getattr(provider, "rating", None)
        return None if found is None else round(found, 1)


class SharedSessionSerializer(serializers.ModelSerializer):
    topic_label = serializers.CharField(read_only=True)
    provider = serializers.CharField(source="provider.reference", read_only=True)
    room = serializers.CharField(source="room_words", read_only=True)
    seats = serializers.SerializerMethodField(help_text="For officers and programme leads alone")
    taken = serializers.SerializerMethodField(help_text="For officers and programme leads alone")

    class Meta:
        model = SharedSession
        fields = (
            "reference",
            "topic",
            "topic_label",
            "region",
            "provider",
            "held_on",
            "hours",
            "mode",
            "seat_price",
            "book_by",
            "state",
            "cancel_reason",
            "room",
            "seats",
            "taken",
        )
        read_only_fields = fields

    def _for_staff(self, number: int) -> int | None:
        """How many others take part is nothing that an organisation may learn."""
        return number if manages_market(self.context["request"].user) else None

    def get_seats(self, shared: SharedSession) -> int | None:
        return self._for_staff(shared.seats)

    def get_taken(self, shared: SharedSession) -> int | None:
        return self._for_staff(shared.taken)


class SeatBookingSerializer(serializers.ModelSerializer):
    session = serializers.CharField(source="session.reference", read_only=True)
    grant = serializers.CharField(source="grant.reference", read_only=True)
    activity = serializers.CharField(source="activity.reference", read_only=True)
    is_standing = serializers.BooleanField(read_only=True)

    class Meta:
        model = SeatBooking
        fields = ("reference", "session", "grant", "activity", "seats", "share", "is_standing")
        read_only_fields = fields


class _Readable(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    lookup_field = "reference"
    lookup_value_regex = "[A-Za-z0-9-]+"


class _Made(_Readable):
    """What officers and programme leads add with the form of its page."""

    form_class: Any
    make: Any

    @extend_schema(request=OpenApiTypes.OBJECT)
    def create(self, request: Request) -> Response:
        """Add one: the fields of the page."""
        if not manages_market(request.user):
            raise Http404
        body: Any = request.data
        form = self.form_class(body, subject=None, by=request.user)
        if errors := form_errors(form, body):
            return Response(errors, status=status.HTTP_400_BAD_REQUEST)
        made = self.make(by=request.user, **form.cleaned_data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)


@with_verbs(*PROVIDER_VERBS)
class ProviderViewSet(_Made):
    """The directory of providers of training."""

    serializer_class = ProviderSerializer
    filterset_class = ProviderFilter
    queryset = TrainingProvider._default_manager.none()
    form_class = ProviderForm
    make = staticmethod(workflow.list_provider)

    def get_queryset(self) -> Any:
        visible = TrainingProvider.objects.visible_to(self.request.user).with_ratings()
        return visible.prefetch_related("topics", "regions").order_by("name", "pk")


@with_verbs(*SHARED_VERBS)
class SharedSessionViewSet(_Made):
    """Sessions that the programme opens for several circles. They say nothing of who takes part."""

    serializer_class = SharedSessionSerializer
    filterset_class = SharedFilter
    queryset = SharedSession._default_manager.none()
    form_class = SharedForm
    make = staticmethod(workflow.open_shared)

    def get_queryset(self) -> Any:
        visible = SharedSession.objects.visible_to(self.request.user).with_taken()
        return visible.select_related("provider").order_by("-held_on", "reference")

    @extend_schema(request=OpenApiTypes.OBJECT, responses={201: SeatBookingSerializer})
    @action(detail=True, methods=["post"], url_path="take-seats")
    def take_seats(self, request: Request, reference: str) -> Response:
        """Take seats for the circle of one `grant` (its reference): `budget_line`, `need`, `seats`."""
        shared = self.get_object()
        user: Any = request.user
        held = get_object_or_404(
            Grant.objects.visible_to(user).select_related("application__person"),
            reference=str(request.data.get("grant", "")),
        )
        if not user.has_perm("training.plan_activity", held):
            raise Http404
        form = SeatsForm(request.data, subject=shared, by=user, grant=held)
        sent = {name: value for name, value in request.data.items() if name != "grant"}
        if errors := form_errors(form, sent):
            return Response(errors, status=status.HTTP_400_BAD_REQUEST)
        made = workflow.take_seats(shared, by=user, grant=held, **form.cleaned_data)
        said = SeatBookingSerializer(made, context=self.get_serializer_context()).data
        return Response(said, status=status.HTTP_201_CREATED)


@with_verbs(*BOOKING_VERBS)
class SeatBookingViewSet(_Readable):
    """Seats that grants which you may see have taken, those given back included and marked."""

    serializer_class = SeatBookingSerializer
    filterset_class = SeatFilter
    queryset = SeatBooking._default_manager.none()

    def get_queryset(self) -> Any:
        return (
            SeatBooking.objects.visible_to(self.request.user)
            .select_related("session", "activity", "grant__application")
            .order_by("-booked_at", "reference")
        )


VIEWSETS: list = [
    ("training-providers", ProviderViewSet),
    ("shared-sessions", SharedSessionViewSet),
    ("seats", SeatBookingViewSet),
]

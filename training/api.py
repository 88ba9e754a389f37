"""Training by programs: activities, sessions, sign-offs and what was passed on, as on the pages."""

from typing import Any

from rest_framework import mixins, serializers, viewsets

from accounts import clock
from accounts.api import with_verbs

from . import market_api
from .filters import ActivityFilter, CascadeFilter, SessionFilter, SignOffFilter
from .models import Activity, Cascade, Session, SignOff
from .verbs import ACTIVITY_VERBS, CASCADE_VERBS, SESSION_VERBS, SIGN_OFF_VERBS


class ActivitySerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="grant.reference", read_only=True)
    code = serializers.CharField(read_only=True)
    topic_label = serializers.CharField(read_only=True)
    budget_line = serializers.CharField(source="budget_line.code", read_only=True)
    need = serializers.CharField(source="need.code", read_only=True)
    sessions_held = serializers.IntegerField(source="held", read_only=True)
    sessions_to_come = serializers.IntegerField(source="to_come", read_only=True)
    is_voided = serializers.BooleanField(read_only=True)

    class Meta:
        model = Activity
        fields = (
            "reference",
            "grant",
            "code",
            "title",
            "budget_line",
            "need",
            "topic",
            "topic_label",
            "mode",
            "pattern",
            "learning_domains",
            "is_joint",
            "rrn_certified",
            "planned_people",
            "session_hours",
            "min_sessions",
            "sessions_held",
            "sessions_to_come",
            "is_voided",
        )
        read_only_fields = fields


class SessionSerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="activity.grant.reference", read_only=True)
    activity = serializers.CharField(source="activity.reference", read_only=True)
    people = serializers.SerializerMethodField(help_text="How many were present")
    present = serializers.SerializerMethodField(
        help_text="Who was present, by number in the circle"
    )
    is_voided = serializers.BooleanField(read_only=True)

    class Meta:
        model = Session
        fields = (
            "reference",
            "grant",
            "activity",
            "number",
            "held_on",
            "starts_at",
            "hours",
            "mode",
            "place",
            "state",
            "people",
            "present",
            "is_voided",
        )
        read_only_fields = fields

    def get_people(self, session: Session) -> int:
        return len(self.get_present(session))

    def get_present(self, session: Session) -> list[str]:
        return sorted(mark.member.code for mark in session.marks.all() if mark.present)


class SignOffSerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="activity.grant.reference", read_only=True)
    activity = serializers.CharField(source="activity.reference", read_only=True)
    member = serializers.CharField(
        source="member.code", read_only=True, help_text="Their number in the circle"
    )
    holds = serializers.SerializerMethodField(help_text="Whether it is in force today")
    is_voided = serializers.BooleanField(read_only=True)

    class Meta:
        model = SignOff
        fields = (
            "reference",
            "grant",
            "activity",
            "member",
            "clinician",
            "signed_on",
            "review_on",
            "holds",
            "is_voided",
        )
        read_only_fields = fields

    def get_holds(self, one: SignOff) -> bool:
        is_out = one.is_voided or one.activity.is_voided
        return not is_out and one.holds(clock.today())


class CascadeSerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="activity.grant.reference", read_only=True)
    activity = serializers.CharField(source="activity.reference", read_only=True)
    taught_by = serializers.CharField(
        source="taught_by.code", read_only=True, help_text="Their number in the circle"
    )
    is_voided = serializers.BooleanField(read_only=True)

    class Meta:
        model = Cascade
        fields = (
            "reference",
            "grant",
            "activity",
            "taught_by",
            "topic",
            "held_on",
            "hours",
            "people",
            "is_voided",
        )
        read_only_fields = fields


class _Readable(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    lookup_field = "reference"
    lookup_value_regex = "[A-Za-z0-9-]+"


@with_verbs(*ACTIVITY_VERBS)
class ActivityViewSet(_Readable):
    """Activities of the grants that you may see, voided ones included and marked."""

    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    queryset = Activity._default_manager.none()

    def get_queryset(self) -> Any:
        return (
            Activity.objects.visible_to(self.request.user)
            .with_session_counts()
            .select_related("grant__application", "budget_line", "need")
            .order_by("grant__reference", "number")
        )


@with_verbs(*SESSION_VERBS)
class SessionViewSet(_Readable):
    """Sessions of the grants that you may see, voided ones included and marked."""

    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    queryset = Session._default_manager.none()

    def get_queryset(self) -> Any:
        return (
            Session.objects.visible_to(self.request.user)
            .select_related("activity__grant__application")
            .prefetch_related("marks__member")
            .order_by("-held_on", "reference")
        )


@with_verbs(*SIGN_OFF_VERBS)
class SignOffViewSet(_Readable):
    """Competence sign-offs of the grants that you may see, voided ones included and marked.

    A new one is recorded with `sign-off` of its activity.
    """

    serializer_class = SignOffSerializer
    filterset_class = SignOffFilter
    queryset = SignOff._default_manager.none()

    def get_queryset(self) -> Any:
        return (
            SignOff.objects.visible_to(self.request.user)
            .select_related("activity__grant__application", "member")
            .order_by("-signed_on", "reference")
        )


@with_verbs(*CASCADE_VERBS)
class CascadeViewSet(_Readable):
    """Training that was passed on, of the grants that you may see, voided rows included and marked.

    A new one is recorded with `log-cascade` of its activity.
    """

    serializer_class = CascadeSerializer
    filterset_class = CascadeFilter
    queryset = Cascade._default_manager.none()

    def get_queryset(self) -> Any:
        return (
            Cascade.objects.visible_to(self.request.user)
            .select_related("activity__grant__application", "taught_by")
            .order_by("-held_on", "reference")
        )


VIEWSETS: list = [
    ("activities", ActivityViewSet),
    ("sessions", SessionViewSet),
    ("sign-offs", SignOffViewSet),
    ("cascades", CascadeViewSet),
    *market_api.VIEWSETS,
]

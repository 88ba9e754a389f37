from typing import Any

from rest_framework import serializers

from .enums import Phase
from .models import AgendaItem, Assessment, Assignment, Meeting, Score
from .reports.cases import PanelCase, cases_of
from .reports.moderation import sheet_of


class ScoreSerializer(serializers.ModelSerializer):
    criterion = serializers.CharField(source="criterion.code")
    weight = serializers.IntegerField(source="criterion.weight")

    class Meta:
        model = Score
        fields = ("criterion", "weight", "score", "is_not_able", "reason", "note")
        read_only_fields = fields


class AssessmentSerializer(serializers.ModelSerializer):
    """A sheet that this person may see. Others' sheets have no name: "Assessor 2"."""

    application = serializers.CharField(source="assignment.application.reference")
    assessor = serializers.CharField(source="assignment.label")
    is_own = serializers.SerializerMethodField()
    case_file_version = serializers.IntegerField(source="case_file.version")
    total = serializers.SerializerMethodField()
    scores = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = (
            "reference",
            "application",
            "assessor",
            "is_own",
            "state",
            "version",
            "case_file_version",
            "saved_at",
            "submitted_at",
            "total",
            "scores",
        )
        read_only_fields = fields

    def get_is_own(self, sheet: Assessment) -> bool:
        return sheet.assignment.panellist.user_id == self.context["request"].user.pk

    def get_total(self, sheet: Assessment) -> str | None:
        """Scaled to 100 over what was judged; null when nothing was."""
        criteria = sheet.assignment.application.terms.criteria.all()
        total = sheet_of(sheet, criteria, is_own=False).total
        return None if total is None else str(total)

    def get_scores(self, sheet: Assessment) -> list[dict[str, Any]]:
        held = sorted(sheet.scores.all(), key=lambda score: score.criterion.code)
        return list(ScoreSerializer(held, many=True).data)


class SeatSerializer(serializers.ModelSerializer):
    """A seat: for its holder, and for chair and lead without a word of the interest."""

    application = serializers.CharField(source="application.reference")
    member = serializers.CharField(source="panellist.reference")
    is_own = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = ("reference", "application", "member", "is_own", "seat", "state", "due_on")
        read_only_fields = fields

    def get_is_own(self, seat: Assignment) -> bool:
        return seat.panellist.user_id == self.context["request"].user.pk


class PanelCaseListSerializer(serializers.ListSerializer):
    """Works out the standing of a page of cases together: the same queries for one and for fifty."""

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        return [
            self.child.shown(case) for case in cases_of(data, seen_by=self.context["request"].user)
        ]


class PanelCaseSerializer(serializers.Serializer):
    """A case as chair and lead oversee it: counts and dates, no score."""

    reference = serializers.CharField(read_only=True)
    alias = serializers.CharField(read_only=True)
    phase = serializers.ChoiceField(choices=Phase.choices, read_only=True)
    seats = serializers.IntegerField(read_only=True)
    sheets_in = serializers.IntegerField(read_only=True, allow_null=True)
    has_lived_experience = serializers.BooleanField(read_only=True)
    due_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        list_serializer_class = PanelCaseListSerializer

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return self.shown(cases_of([instance], seen_by=self.context["request"].user)[0])

    def shown(self, case: PanelCase) -> dict[str, Any]:
        return {
            "reference": case.application.reference,
            "alias": case.alias,
            "phase": case.phase.value,
            "seats": case.seats,
            "sheets_in": None if case.is_blind else case.sheets_in,
            "has_lived_experience": case.has_lived,
            "due_on": case.due_on.isoformat() if case.due_on else None,
        }


class MeetingSerializer(serializers.ModelSerializer):
    """A meeting. Which case is shown is told on the agenda items, and only of visible ones."""

    round = serializers.CharField(source="round.reference")

    class Meta:
        model = Meeting
        fields = ("reference", "round", "held_on", "place", "state")
        read_only_fields = fields


class AgendaItemSerializer(serializers.ModelSerializer):
    """A case on an agenda: no score, no note."""

    meeting = serializers.CharField(source="meeting.reference")
    application = serializers.CharField(source="application.reference")
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = AgendaItem
        fields = ("reference", "meeting", "application", "is_current", "shown_at")
        read_only_fields = fields

    def get_is_current(self, item: AgendaItem) -> bool:
        return item.meeting.current_id == item.pk

from typing import Any

from rest_framework import serializers

from .models import Assessment, Assignment, Score
from .reports.cases import case_of
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
        criteria = sheet.assignment.application.round.criteria.all()
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


class PanelCaseSerializer(serializers.Serializer):
    """A case as chair and lead oversee it: counts and dates, no score."""

    reference = serializers.CharField(read_only=True)

    def to_representation(self, application: Any) -> dict[str, Any]:
        case = case_of(application)
        return {
            "reference": application.reference,
            "alias": case.alias,
            "phase": case.phase.value,
            "seats": case.seats,
            "sheets_in": case.sheets_in,
            "has_lived_experience": case.has_lived,
            "due_on": case.due_on.isoformat() if case.due_on else None,
        }

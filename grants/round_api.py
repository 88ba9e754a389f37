"""Rounds through the API: who pays, what is asked and how it is judged, and the verbs of the pages."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from accounts.api import with_verbs

from .models import Criterion, Funder, Question, Round
from .verbs.rounds import ROUND_VERBS


class FunderSerializer(serializers.ModelSerializer):
    """`share` is in percent; the shares of a programme come to 100."""

    class Meta:
        model = Funder
        fields = ("name", "share")


class QuestionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Question
        fields = ("number", "wording", "guidance", "max_words", "kind", "in_short_form")


class CriterionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Criterion
        fields = ("code", "title", "hint", "level", "weight", "minimum")


class RoundSerializer(serializers.ModelSerializer):
    """Amounts are pounds as strings with two places; `funders` are those of its programme."""

    programme = serializers.CharField(source="programme.name", read_only=True)
    funders = FunderSerializer(source="programme.funders", many=True, read_only=True)

    class Meta:
        model = Round
        fields: ClassVar[tuple[str, ...]] = (
            "reference",
            "title",
            "programme",
            "funders",
            "state",
            "opens_at",
            "closes_at",
            "grace_minutes",
            "is_rolling",
            "priorities",
            "budget",
            "minimum",
            "maximum",
            "short_form_up_to",
            "target_days",
            "delivery_months",
        )


class RoundDetailSerializer(RoundSerializer):
    """One round, with the version of its questions and criteria that is in force."""

    terms = serializers.SerializerMethodField()

    class Meta(RoundSerializer.Meta):
        fields: ClassVar[tuple[str, ...]] = (*RoundSerializer.Meta.fields, "terms")

    def get_terms(self, round: Round) -> dict[str, Any]:
        held = round.terms
        return {
            "version": held.number,
            "published_at": held.published_at and held.published_at.isoformat(),
            "threshold": f"{held.threshold:.2f}",
            "quorum": held.quorum,
            "questions": QuestionSerializer(held.questions.order_by("number"), many=True).data,
            "criteria": CriterionSerializer(held.criteria.order_by("code"), many=True).data,
        }


@with_verbs(*ROUND_VERBS)
class RoundViewSet(viewsets.ReadOnlyModelViewSet):
    """Published rounds; for officers and programme leads those in draft too."""

    lookup_field = "reference"
    lookup_value_regex = r"[^/.]+"
    queryset = Round._default_manager.none()

    def get_serializer_class(self) -> Any:
        return RoundSerializer if self.action == "list" else RoundDetailSerializer

    def get_queryset(self) -> QuerySet:
        visible = Round.objects.visible_to(self.request.user)
        held = visible.select_related("programme").prefetch_related("programme__funders")
        return held.order_by("-opens_at", "-pk")


VIEWSETS = [("rounds", RoundViewSet)]

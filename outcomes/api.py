"""The API of outcomes: outcome reports with their answers, and the verbs of the pages."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import unread_fields, with_verbs
from grants.models import Grant

from . import actions, workflow
from .enums import Point
from .filters import OutcomeReportFilter
from .forms import ReportForm
from .impact_api import ImpactViewSet
from .indicator_api import OwnIndicatorViewSet
from .models import Answer, OutcomeReport
from .verbs import REPORT_VERBS


class AnswerSerializer(serializers.ModelSerializer):
    """A value or a reason: `number` and `choice` are both empty where `status` is not "value"."""

    class Meta:
        model = Answer
        fields = ("item", "status", "number", "choice")


class OutcomeReportSerializer(serializers.ModelSerializer):
    reference = serializers.CharField(read_only=True)
    grant = serializers.CharField(source="grant.reference", read_only=True)
    alias = serializers.CharField(source="grant.application.person.alias", read_only=True)
    answers = serializers.SerializerMethodField()

    class Meta:
        model = OutcomeReport
        fields = (
            "reference",
            "grant",
            "alias",
            "point",
            "state",
            "window_start",
            "window_end",
            "days_observed",
            "rater",
            "version",
            "submitted_at",
            "returned_at",
            "return_reason",
            "accepted_at",
            "waived_at",
            "waive_reason",
            "answers",
        )

    @extend_schema(responses=AnswerSerializer(many=True))
    def get_answers(self, report: OutcomeReport) -> Any:
        ordered = sorted(report.answers.all(), key=lambda answer: answer.item)
        return AnswerSerializer(ordered, many=True).data


@with_verbs(*REPORT_VERBS)
class OutcomeReportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Reports by their reference (PWB-2025-0042-M6), only those that the pages would show."""

    serializer_class = OutcomeReportSerializer
    filterset_class = OutcomeReportFilter
    lookup_field = "reference"
    lookup_value_regex = r"[A-Za-z0-9-]+"

    def get_queryset(self) -> QuerySet:
        user = getattr(self.request, "user", None) or AnonymousUser()  # the schema has no request
        visible = OutcomeReport.objects.visible_to(user)
        return (
            visible.select_related(
                "grant__application__person",
                "grant__application__round",
                "grant__application__organisation",
            )
            .prefetch_related("answers")
            .order_by("grant__reference", "pk")
        )

    def get_object(self) -> OutcomeReport:
        grant, _, point = self.kwargs["reference"].rpartition("-")
        return get_object_or_404(
            self.get_queryset(), grant__reference__iexact=grant, point=point.lower()
        )

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OutcomeReportSerializer)
    @action(detail=False, methods=["post"])
    def start(self, request: Request) -> Response:
        """Begin a report: `grant` (its reference) and `point` (baseline, m3, m6 or m12)."""
        visible = Grant.objects.visible_to(request.user)
        grant = get_object_or_404(visible, reference=str(request.data.get("grant", "")))
        if not request.user.has_perm("outcomes.start_report", grant):
            raise Http404
        point = str(request.data.get("point", ""))
        if point not in Point.values:
            words = {"point": [{"message": "Choose baseline, m3, m6 or m12", "code": "invalid"}]}
            return Response(words, status=status.HTTP_400_BAD_REQUEST)
        report = workflow.start_report(grant, point, by=request.user)
        return Response(self.get_serializer(report).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OutcomeReportSerializer)
    @action(detail=True, methods=["post"])
    def save(self, request: Request, reference: str) -> Response:
        """Keep answers: the same fields as the page, `<item>` or `<item>_reason`, and `version`.

        The whole form is sent: an item that is left out is taken out.
        """
        report = self.get_object()
        if not request.user.has_perm("outcomes.edit_report", report):
            raise Http404
        form = ReportForm(request.data, report=report, risk=report.baseline_risk)
        if errors := {**form.errors.get_json_data(), **unread_fields(form, request.data)}:
            return Response(errors, status=status.HTTP_400_BAD_REQUEST)
        actions.save_report(report, by=request.user, **form.readable())
        return Response(self.get_serializer(self.get_object()).data)


VIEWSETS: list = [
    ("outcome-reports", OutcomeReportViewSet),
    ("impact", ImpactViewSet),
    ("indicators", OwnIndicatorViewSet),
]

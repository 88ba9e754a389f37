"""Applications through the API: the same rows, filters, words and verbs as the pages. To the members of
the applicant's organisation nothing of a decision exists before its release.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from accounts.api import with_verbs

from . import reports
from .casefile import content_of
from .enums import MessageFor
from .filters import ApplicationFilter
from .models import Application, Document
from .verbs import APPLICATION_VERBS


class ApplicationSerializer(serializers.ModelSerializer):
    """A row of the list. Amounts are pounds as strings with two places, days are calendar days."""

    alias = serializers.CharField(source="person.alias", read_only=True)
    organisation = serializers.CharField(source="organisation.reference", read_only=True)
    round = serializers.CharField(source="round.reference", read_only=True)
    state = serializers.SerializerMethodField()
    requested = serializers.SerializerMethodField()
    eligible = serializers.SerializerMethodField()
    net_days = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields: ClassVar[tuple[str, ...]] = (
            "reference",
            "alias",
            "organisation",
            "round",
            "form",
            "state",
            "submitted_at",
            "requested",
            "eligible",
            "net_days",
            "due_on",
        )

    def get_state(self, application: Application) -> str:
        user: Any = self.context["request"].user
        if user.is_in(application.organisation_id):
            return application.applicant_state
        return application.state

    def get_requested(self, application: Application) -> str:
        return f"{application.figures.requested:.2f}"

    def get_eligible(self, application: Application) -> str:
        return f"{application.figures.eligible:.2f}"

    def get_net_days(self, application: Application) -> int | None:
        time = reports.clock(application)
        return time.net_days if time else None

    def get_due_on(self, application: Application) -> str | None:
        time = reports.clock(application)
        return time.due_on.isoformat() if time and not time.is_over else None


class ApplicationDetailSerializer(ApplicationSerializer):
    """One application: the list's row, and what its page shows. Findings are for staff alone."""

    terms = serializers.IntegerField(source="terms.number", read_only=True)
    answers = serializers.SerializerMethodField()
    needs = serializers.SerializerMethodField()
    outcomes = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    clarifications = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()

    class Meta(ApplicationSerializer.Meta):
        fields: ClassVar[tuple[str, ...]] = (
            *ApplicationSerializer.Meta.fields,
            "terms",
            "answers",
            "needs",
            "outcomes",
            "lines",
            "clarifications",
            "findings",
            "documents",
            "messages",
        )

    def _content(self, application: Application) -> dict[str, Any]:
        held = self.__dict__.setdefault("_held", {})
        if application.pk not in held:
            held[application.pk] = content_of(application)
        return held[application.pk]

    def get_answers(self, application: Application) -> list[dict[str, Any]]:
        return self._content(application)["answers"]

    def get_needs(self, application: Application) -> list[dict[str, Any]]:
        return self._content(application)["needs"]

    def get_outcomes(self, application: Application) -> list[str]:
        return self._content(application)["outcomes"]

    def get_lines(self, application: Application) -> list[dict[str, Any]]:
        return self._content(application)["lines"]

    def get_clarifications(self, application: Application) -> list[dict[str, Any]]:
        user: Any = self.context["request"].user
        found = self._content(application)["clarifications"]
        if user.is_in(application.organisation_id):
            return found
        # Staff read a reply once it is sent; a draft belongs to its writers.
        sent = set(
            application.clarifications.filter(replied_at__isnull=False).values_list(
                "number", flat=True
            )
        )
        return [c if c["number"] in sent else c | {"reply": ""} for c in found]

    def get_findings(self, application: Application) -> list[dict[str, Any]]:
        user: Any = self.context["request"].user
        if user.is_in(application.organisation_id):
            return []
        return [
            {"criterion": f.criterion, "verdict": f.verdict, "note": f.note}
            for f in application.findings.order_by("pk")
        ]

    def get_messages(self, application: Application) -> list[dict[str, Any]]:
        rows = application.messages.order_by("number")
        user: Any = self.context["request"].user
        if user.is_in(application.organisation_id):
            rows = rows.filter(read_by=MessageFor.APPLICANT)
        return [
            {
                "number": one.number,
                "read_by": one.read_by,
                "words": one.words,
                "written_at": one.written_at.isoformat(),
            }
            for one in rows
        ]

    def get_documents(self, application: Application) -> list[dict[str, Any]]:
        visible = Document.objects.visible_to(self.context["request"].user)
        rows = visible.filter(application=application).select_related("line", "claim")
        return [
            {
                "title": one.title,
                "kind": one.kind,
                "bytes": one.size,
                "sha256": one.sha256,
                "scan": one.scan,
                "download": one.get_absolute_url(),
            }
            for one in rows.order_by("pk")
        ]


@with_verbs(*APPLICATION_VERBS)
class ApplicationViewSet(viewsets.ReadOnlyModelViewSet):
    """Own applications; for officers and programme leads all that were ever sent."""

    filterset_class = ApplicationFilter
    lookup_field = "reference"
    lookup_value_regex = r"[^/.]+"
    queryset = Application._default_manager.none()

    def get_serializer_class(self) -> Any:
        return ApplicationSerializer if self.action == "list" else ApplicationDetailSerializer

    def get_queryset(self) -> QuerySet:
        user: Any = self.request.user
        visible = Application.objects.visible_to(user).for_lists()
        ordered: Any = visible.with_shown_state(user).with_clock_order()
        return ordered.order_by("is_over", "clock_from", "-started_at", "pk")


VIEWSETS = [("applications", ApplicationViewSet)]

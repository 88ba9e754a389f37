"""Grants, payments and claims through the API: the same rows, filters and verbs as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers, viewsets

from accounts.api import with_verbs

from .award_filters import ClaimFilter, GrantFilter, PaymentFilter
from .models import Appeal, Change, Claim, ClaimLine, Condition, Grant, Payment
from .verbs.appeals import APPEAL_VERBS
from .verbs.changes import CHANGE_VERBS
from .verbs.grants import CLAIM_VERBS, GRANT_VERBS, PAYMENT_VERBS


class ConditionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Condition
        fields = ("number", "words", "before", "outcome", "note")


class GrantSerializer(serializers.ModelSerializer):
    """Amounts are pounds as strings with two places."""

    alias = serializers.CharField(source="application.person.alias", read_only=True)
    organisation = serializers.CharField(
        source="application.organisation.reference", read_only=True
    )
    round = serializers.CharField(source="application.round.reference", read_only=True)
    conditions = ConditionSerializer(many=True, read_only=True)
    spent = serializers.DecimalField(max_digits=11, decimal_places=2, read_only=True)
    paid = serializers.DecimalField(max_digits=11, decimal_places=2, read_only=True)

    class Meta:
        model = Grant
        fields = (
            "reference",
            "alias",
            "organisation",
            "round",
            "state",
            "amount",
            "spent",
            "paid",
            "offer_open_until",
            "agreement",
            "delivery_until",
            "training_until",
            "paused_on",
            "activated_on",
            "delivered_on",
            "final_report_accepted_on",
            "conditions",
        )


class PaymentSerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="grant.reference", read_only=True)

    class Meta:
        model = Payment
        fields = ("reference", "grant", "instalment", "amount", "state", "paid_on")


class ClaimLineSerializer(serializers.ModelSerializer):
    line = serializers.CharField(source="line.code", read_only=True)

    class Meta:
        model = ClaimLine
        fields = ("line", "amount", "note")


class ClaimSerializer(serializers.ModelSerializer):
    grant = serializers.CharField(source="grant.reference", read_only=True)
    lines = ClaimLineSerializer(many=True, read_only=True)
    total = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)

    class Meta:
        model = Claim
        fields = ("reference", "grant", "number", "state", "is_final", "total", "lines")


class _Visible(viewsets.ReadOnlyModelViewSet):
    """Rows that the person may see, by public reference."""

    lookup_field = "reference"
    lookup_value_regex = r"[^/.]+"


@with_verbs(*GRANT_VERBS)
class GrantViewSet(_Visible):
    serializer_class = GrantSerializer
    filterset_class = GrantFilter
    queryset = Grant._default_manager.none()

    def get_queryset(self) -> QuerySet:
        return (
            Grant.objects.visible_to(self.request.user)
            .select_related(
                "application__person", "application__organisation", "application__round"
            )
            .prefetch_related("conditions")
            .with_money()
            .order_by("-offered_at", "-pk")
        )


class _ByParts(_Visible):
    """Found by a reference that is made of the grant's and its own part."""

    # Said apart from the usual one, so that the API's description knows what it is.
    lookup_value_regex = r"[A-Za-z0-9-]+"

    def parts(self, reference: str) -> dict[str, Any]:
        raise NotImplementedError

    def get_object(self) -> Any:
        where = self.parts(self.kwargs["reference"])
        found = get_object_or_404(self.get_queryset(), **where)
        self.check_object_permissions(self.request, found)
        return found


@with_verbs(*PAYMENT_VERBS)
class PaymentViewSet(_ByParts):
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    queryset = Payment._default_manager.none()

    def get_queryset(self) -> QuerySet:
        return (
            Payment.objects.visible_to(self.request.user)
            .select_related("grant__application__person", "grant__application__organisation")
            .order_by("-prepared_at", "-pk")
        )

    def parts(self, reference: str) -> dict[str, Any]:
        grant, _, instalment = reference.rpartition("-")
        return {"grant__reference": grant, "instalment": instalment}


@with_verbs(*CLAIM_VERBS)
class ClaimViewSet(_ByParts):
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    queryset = Claim._default_manager.none()

    def get_queryset(self) -> QuerySet:
        return (
            Claim.objects.visible_to(self.request.user)
            .select_related("grant__application")
            .prefetch_related("lines__line")
            .order_by("-made_at", "-pk")
        )

    def parts(self, reference: str) -> dict[str, Any]:
        grant, _, number = reference.rpartition("-C")
        if not (number.isascii() and number.isdigit()) or len(number) > 4:
            raise Http404
        return {"grant__reference": grant, "number": int(number)}


class AppealSerializer(serializers.ModelSerializer):
    application = serializers.CharField(source="application.reference", read_only=True)

    class Meta:
        model = Appeal
        fields = (
            "reference",
            "application",
            "ground",
            "words",
            "state",
            "made_at",
            "outcome",
            "answer",
            "answered_at",
        )


@with_verbs(*APPEAL_VERBS)
class AppealViewSet(_Visible):
    serializer_class = AppealSerializer
    queryset = Appeal._default_manager.none()

    def get_queryset(self) -> QuerySet:
        visible = Appeal.objects.visible_to(self.request.user)
        return visible.select_related("application").order_by("-made_at", "-pk")


class ChangeSerializer(serializers.ModelSerializer):
    """`amount` is what is moved or added, in pounds; `lines` what each line gains or gives."""

    grant = serializers.CharField(source="grant.reference", read_only=True)
    lines = serializers.SerializerMethodField()

    class Meta:
        model = Change
        fields = (
            "reference",
            "grant",
            "kind",
            "state",
            "reason",
            "until_on",
            "amount",
            "lines",
            "made_at",
            "answer",
            "decided_at",
        )

    def get_lines(self, change: Change) -> list[dict[str, str]]:
        rows = sorted(change.lines.all(), key=lambda row: row.line.number)
        return [{"line": row.line.code, "amount": f"{row.amount:.2f}"} for row in rows]


@with_verbs(*CHANGE_VERBS)
class ChangeViewSet(_Visible):
    serializer_class = ChangeSerializer
    queryset = Change._default_manager.none()

    def get_queryset(self) -> QuerySet:
        visible = Change.objects.visible_to(self.request.user)
        return (
            visible.select_related("grant__application")
            .prefetch_related("lines__line")
            .order_by("-made_at", "-pk")
        )


VIEWSETS: list = [
    ("changes", ChangeViewSet),
    ("appeals", AppealViewSet),
    ("grants", GrantViewSet),
    ("payments", PaymentViewSet),
    ("claims", ClaimViewSet),
]

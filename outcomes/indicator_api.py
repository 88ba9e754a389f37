"""The register of indicators over the API, and the verbs with which a programme lead adds one."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import with_verbs

from . import actions
from .indicator_forms import IndicatorForm, RevisionForm, as_sent
from .models import OwnIndicator
from .verbs import INDICATOR_VERBS


class OwnIndicatorSerializer(serializers.ModelSerializer):
    reference = serializers.CharField(read_only=True)
    item = serializers.CharField(source="code", read_only=True)

    class Meta:
        model = OwnIndicator
        fields = (
            "reference",
            "number",
            "version",
            "item",
            "title",
            "question",
            "help",
            "sentence",
            "kind",
            "unit",
            "direction",
            "least",
            "most",
            "choices",
            "points",
            "rater",
            "owner",
            "target",
            "instrument",
            "change",
            "made_at",
            "retired_at",
        )


@with_verbs(*INDICATOR_VERBS)
class OwnIndicatorViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Indicators of the programme's own, each in its newest version, by number. For officers and leads."""

    serializer_class = OwnIndicatorSerializer
    lookup_field = "number"
    lookup_value_regex = r"[0-9]{1,6}"

    def get_queryset(self) -> QuerySet:
        user = getattr(self.request, "user", None) or AnonymousUser()  # the schema has no request
        return OwnIndicator.objects.visible_to(user).order_by("number")

    def _may_edit(self, request: Request) -> None:
        user: Any = request.user
        if not user.has_perm("outcomes.edit_indicator", OwnIndicator()):
            raise Http404

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OwnIndicatorSerializer)
    def create(self, request: Request) -> Response:
        """Add one: the fields of the page. Reports begun from then on ask it."""
        self._may_edit(request)
        body: Any = request.data
        user: Any = request.user
        form = IndicatorForm(as_sent(body))
        if not form.is_valid():
            return Response(form.errors.get_json_data(), status=status.HTTP_400_BAD_REQUEST)
        made = actions.add_indicator(by=user, **form.values())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OwnIndicatorSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, number: str) -> Response:
        """A new version: title, question, help, sentence, unit, rater, owner, target, change."""
        held = self.get_object()
        self._may_edit(request)
        user: Any = request.user
        form = RevisionForm(request.data, number=held.number)
        if not form.is_valid():
            return Response(form.errors.get_json_data(), status=status.HTTP_400_BAD_REQUEST)
        made = actions.revise_indicator(held, by=user, **form.values())
        return Response(self.get_serializer(made).data)

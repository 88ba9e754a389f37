"""The figures over the API: what the impact page shows, from the same function and filter."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from .impact_filters import ImpactFilter


class ImpactViewSet(viewsets.ViewSet):
    """For programme leads and officers; nobody else learns that it is there."""

    @extend_schema(
        operation_id="impact_retrieve",
        summary="A programme's figures",
        parameters=[
            OpenApiParameter("programme", str, description="its slug; the largest unless given"),
            OpenApiParameter("round", str, description="its reference"),
            OpenApiParameter("region", str),
            OpenApiParameter("cut_off", OpenApiTypes.DATE, description="today unless given"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def list(self, request: Request) -> Response:
        """Reach, money, admissions, staffing, savings, changes, process and the survey at a cut-off, under fixed
        keys. `survey` is null without a closed wave that ten people or more answered."""
        form = ImpactFilter(request.query_params)
        found = form.impact
        user: Any = request.user
        if not user.has_perm("outcomes.view_impact", found):
            raise Http404
        if form.errors:
            return Response(form.errors.get_json_data(), status=status.HTTP_400_BAD_REQUEST)
        return Response(found.as_json())

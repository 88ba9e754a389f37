from django.urls import path

from accounts.verbs import verb_page

from ..models import OutcomeReport
from ..views import glance, reporting

urlpatterns = [
    path("grants-at-a-glance/", glance.at_a_glance, name="grants-at-a-glance"),
    path("outcome-reports/", reporting.outcome_reports, name="outcome-reports"),
    path("grants/<str:reference>/outcomes/", reporting.grant_outcomes, name="grant-outcomes"),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/",
        reporting.outcome_report,
        name="outcome-report",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/start/",
        reporting.start,
        name="start-outcome-report",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/check/",
        reporting.check,
        name="check-outcome-report",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/events.svg",
        reporting.events_picture,
        name="outcome-events-picture",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/no-change/",
        reporting.no_change,
        name="confirm-no-change",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/not-needed/",
        reporting.waive_point,
        name="waive-outcome-point",
    ),
    path(
        "grants/<str:reference>/outcomes/<slug:point>/<slug:verb>/",
        verb_page(
            OutcomeReport,
            lookup={"reference": "grant__reference", "point": "point"},
            extra=reporting.verb_context,
        ),
        name="outcome-report-verb",
    ),
]

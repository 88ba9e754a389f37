from django.urls import path

from accounts.verbs import verb_page

from ..models import ImpactReport
from ..views import impact as views
from ..views import impact_reports

urlpatterns = [
    path("impact/", views.impact, name="impact"),
    path("impact/published/", views.published, name="impact-published"),
    path("impact/reports/", impact_reports.reports, name="impact-reports"),
    path("impact/reports/new/", impact_reports.new, name="new-impact-report"),
    path("impact/reports/<str:reference>/", impact_reports.report, name="impact-report"),
    path("impact/reports/<str:reference>/edit/", impact_reports.edit, name="edit-impact-report"),
    path(
        "impact/reports/<str:reference>/report.<slug:format>",
        impact_reports.file,
        name="impact-report-file",
    ),
    path(
        "impact/reports/<str:reference>/<slug:verb>/",
        verb_page(ImpactReport, extra=impact_reports.verb_context),
        name="impact-report-verb",
    ),
    path("impact/figures/<slug:id>/", views.figure, name="impact-figure"),
    path("impact/charts/<slug:name>.svg", views.chart, name="impact-chart"),
]

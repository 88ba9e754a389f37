from django.urls import path

from accounts.verbs import verb_page

from ..models import ImpactReport, OwnIndicator
from ..views import impact as views
from ..views import impact_reports, indicators

urlpatterns = [
    path("impact/", views.impact, name="impact"),
    path("impact/published/", views.published, name="impact-published"),
    path("impact/reports/", impact_reports.reports, name="impact-reports"),
    path("impact/reports/new/", impact_reports.new, name="new-impact-report"),
    path("impact/reports/<str:reference>/", impact_reports.report, name="impact-report"),
    path("impact/reports/<str:reference>/edit/", impact_reports.edit, name="edit-impact-report"),
    path(
        "impact/reports/<str:reference>/making/",
        impact_reports.making,
        name="impact-report-making",
    ),
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
    path("impact/indicators/", indicators.register, name="indicators"),
    path("impact/indicators/new/", indicators.new, name="new-indicator"),
    path("impact/indicators/<int:number>/", indicators.indicator, name="own-indicator"),
    path("impact/indicators/<int:number>/edit/", indicators.edit, name="edit-indicator"),
    path(
        "impact/indicators/<int:number>/<slug:verb>/",
        verb_page(OwnIndicator, lookup={"number": "number"}, extra=indicators.verb_context),
        name="indicator-verb",
    ),
    path("impact/figures/<slug:id>/", views.figure, name="impact-figure"),
    path("impact/compare/", views.comparison, name="impact-compare"),
    path("impact/pictures/", views.pictures, name="impact-pictures"),
    path("impact/charts/<slug:name>.csv", views.chart_table, name="impact-chart-table"),
    path("impact/charts/<slug:name>.svg", views.chart, name="impact-chart"),
]

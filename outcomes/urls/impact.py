from django.urls import path

from ..views import impact as views

urlpatterns = [
    path("impact/", views.impact, name="impact"),
    path("impact/published/", views.published, name="impact-published"),
    path("impact/figures/<slug:id>/", views.figure, name="impact-figure"),
    path("impact/charts/<slug:name>.svg", views.chart, name="impact-chart"),
]

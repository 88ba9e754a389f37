from django.urls import path

from ..views import open_data as views

urlpatterns = [
    path("open-data/", views.page, name="open-data"),
    path("open-data/prepare/", views.prepare, name="prepare-open-data"),
    path("open-data/publish/", views.publish, name="publish-open-data"),
    path("open-data/awards.<slug:format>", views.file, name="open-data-file"),
]

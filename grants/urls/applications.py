from django.urls import path

from ..views import applications

urlpatterns = [
    path("applications/<str:reference>/", applications.application, name="application"),
]

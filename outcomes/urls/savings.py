from django.urls import path

from ..views import savings as views

urlpatterns = [
    path("grants/<str:reference>/savings/", views.grant_savings, name="grant-savings"),
    path("confirm/thank-you/", views.answered, name="saving-answered"),
    path("confirm/<slug:code>/", views.confirm, name="confirm-saving"),
]

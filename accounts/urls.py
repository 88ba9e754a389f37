from django.urls import path

from . import views
from .models import Organisation
from .verbs import verb_page

urlpatterns = [
    path("", views.home, name="home"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/register/", views.register_organisation, name="register-organisation"),
    path("organisations/<str:reference>/", views.organisation, name="organisation"),
    path("organisations/<str:reference>/invite/", views.invite, name="invite-member"),
    path(
        "organisations/<str:reference>/<slug:verb>/",
        verb_page(Organisation),
        name="organisation-verb",
    ),
    path("join/<str:token>/", views.join, name="join"),
    path("account/me/", views.account, name="account"),
    path("notices/", views.notices, name="notices"),
    path("audit/", views.audit_trail, name="audit-trail"),
    path("retention/", views.retention_periods, name="retention"),
    path("retention/due/", views.retention_due, name="retention-due"),
    path("retention/<slug:kind>/", views.retention_period, name="retention-period"),
    path("demonstration/mailbox/", views.mailbox, name="demo-mailbox"),
]

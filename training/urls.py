from django.urls import path

from accounts.once import once
from accounts.verbs import verb_page

from . import views
from .models import Activity, RegisterImport, Session

_ACTIVITY = {"reference": "grant__reference", "number": "number"}
_SESSION = {
    "reference": "activity__grant__reference",
    "activity": "activity__number",
    "number": "number",
}
_REGISTER = {"reference": "grant__reference", "register": "reference"}

urlpatterns = [
    path("grants/<str:reference>/training/", views.grant_training, name="grant-training"),
    path(
        "grants/<str:reference>/training/coverage/",
        views.coverage,
        name="training-coverage",
    ),
    path("grants/<str:reference>/training/money/", views.training_money, name="training-money"),
    path(
        "grants/<str:reference>/training/calendar/",
        views.training_calendar,
        name="training-calendar",
    ),
    path(
        "grants/<str:reference>/activities/<int:number>/certificates/<str:member>/",
        views.activity_certificate,
        name="activity-certificate",
    ),
    path("grants/<str:reference>/training/add/", views.plan_activity, name="plan-activity"),
    path(
        "grants/<str:reference>/training/blank-register/",
        views.blank_register,
        name="blank-register",
    ),
    path("grants/<str:reference>/registers/upload/", views.upload, name="register-upload"),
    path(
        "grants/<str:reference>/registers/<str:register>/",
        views.register_import,
        name="register-import",
    ),
    path(
        "grants/<str:reference>/registers/<str:register>/<slug:verb>/",
        verb_page(
            RegisterImport,
            lookup=_REGISTER,
            template="training/register_verb.html",
            extra=views.about_register,
        ),
        name="register-verb",
    ),
    path("grants/<str:reference>/activities/<int:number>/", views.activity, name="activity"),
    path(
        "grants/<str:reference>/activities/<int:number>/confidence/",
        views.activity_confidence,
        name="activity-confidence",
    ),
    path("rating/<str:code>/", views.rating, name="rating"),
    path(
        "grants/<str:reference>/activities/<int:number>/<slug:verb>/",
        once(
            verb_page(
                Activity,
                lookup=_ACTIVITY,
                template="training/verb.html",
                extra=views.about_activity,
            )
        ),
        name="activity-verb",
    ),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/",
        views.session,
        name="session",
    ),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/register/",
        views.upload_for_session,
        name="session-register-upload",
    ),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/blank-register/",
        views.blank_register_of_session,
        name="session-blank-register",
    ),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/print-register/",
        views.print_register,
        name="session-print-register",
    ),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/sign-in/",
        views.sign_in_screen,
        name="session-sign-in",
    ),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/<str:code>/", views.sign_in_sheet, name="sign-in-sheet"),
    path(
        "grants/<str:reference>/activities/<int:activity>/sessions/<int:number>/<slug:verb>/",
        verb_page(
            Session, lookup=_SESSION, template="training/verb.html", extra=views.about_session
        ),
        name="session-verb",
    ),
]

from django.urls import path

from accounts.verbs import verb_page

from .models import (
    Activity,
    Cascade,
    RegisterImport,
    SeatBooking,
    Session,
    SharedSession,
    SignOff,
    TrainingProvider,
)
from .views import logging as views
from .views import market

_ACTIVITY = {"reference": "grant__reference", "number": "number"}
_SESSION = {
    "reference": "activity__grant__reference",
    "activity": "activity__number",
    "number": "number",
}
_REGISTER = {"reference": "grant__reference", "register": "reference"}

urlpatterns = [
    path("training-providers/", market.providers, name="training-providers"),
    path("training-providers/add/", market.add_provider, name="add-training-provider"),
    path(
        "training-providers/compare/", market.compare_providers, name="compare-training-providers"
    ),
    path("training-providers/gaps/", market.training_gaps, name="training-gaps"),
    path("training-providers/<str:reference>/", market.provider, name="training-provider"),
    path(
        "training-providers/<str:reference>/<slug:verb>/",
        verb_page(TrainingProvider, template="training/verb.html", extra=market.about_provider),
        name="training-provider-verb",
    ),
    path("training-lists/", market.training_lists, name="training-lists"),
    path("training-lists/<slug:kind>/<str:code>/", market.list_entry, name="training-list-entry"),
    path("shared-sessions/", market.shared_sessions, name="shared-sessions"),
    path("shared-sessions/open/", market.open_shared, name="open-shared-session"),
    path("shared-sessions/<str:reference>/", market.shared_session, name="shared-session"),
    path(
        "shared-sessions/<str:reference>/seats/<str:grant>/", market.take_seats, name="take-seats"
    ),
    path(
        "shared-sessions/<str:reference>/<slug:verb>/",
        verb_page(SharedSession, template="training/verb.html", extra=market.about_shared),
        name="shared-session-verb",
    ),
    path(
        "seats/<str:reference>/give-back/",
        verb_page(SeatBooking, template="training/verb.html", extra=market.about_booking),
        {"verb": "give-back"},
        name="give-back-seats",
    ),
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
        views.or_gone(
            verb_page(
                RegisterImport,
                lookup=_REGISTER,
                template="training/register_verb.html",
                extra=views.about_register,
            )
        ),
        name="register-verb",
    ),
    path("grants/<str:reference>/activities/<int:number>/", views.activity, name="activity"),
    path(
        "grants/<str:reference>/activities/<int:number>/confidence/",
        views.activity_confidence,
        name="activity-confidence",
    ),
    path(
        "sign-offs/<str:reference>/void/",
        verb_page(SignOff, template="training/verb.html", extra=views.about_beyond),
        {"verb": "void"},
        name="sign-off-void",
    ),
    path(
        "cascades/<str:reference>/void/",
        verb_page(Cascade, template="training/verb.html", extra=views.about_beyond),
        {"verb": "void"},
        name="cascade-void",
    ),
    path("rating/<str:code>/", views.rating, name="rating"),
    path(
        "grants/<str:reference>/activities/<int:number>/<slug:verb>/",
        verb_page(
            Activity,
            lookup=_ACTIVITY,
            template="training/verb.html",
            extra=views.about_activity,
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

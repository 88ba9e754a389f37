from django.urls import path

from accounts.opened import one_by_one
from accounts.verbs import verb_page

from .models import AgendaItem, Assessment, Meeting
from .views import (
    fairness,
    interests,
    meetings,
    moderation,
    notes,
    oversight,
    packs,
    payments,
    planning,
    queue,
    ranking,
    score,
)

urlpatterns = [
    path("panel/", queue.queue_page, name="panel-queue"),
    path("panel/guide/", queue.guide, name="panel-guide"),
    path("panel/plan/", planning.plan, name="panel-plan"),
    path("panel/fairness/", fairness.fairness, name="panel-fairness"),
    path("panel/payments/", payments.payments, name="panel-payments"),
    path("panel/payments/<str:reference>/<slug:round_reference>/", payments.pay, name="panel-pay"),
    path("panel/ranking/", ranking.ranking, name="panel-ranking"),
    path("panel/cases/", oversight.cases, name="panel-cases"),
    path("panel/interests/", interests.interests, name="panel-interests"),
    path("panel/interests/add/", interests.add_interest, name="panel-interest-add"),
    path("panel/interests/profile/", interests.profile, name="panel-profile"),
    path("panel/interests/<int:number>/end/", interests.end_interest, name="panel-interest-end"),
    path(
        "panel/interests/<int:number>/strike/",
        interests.strike_interest,
        name="panel-interest-strike",
    ),
    path("panel/interests/confirm/", interests.confirm_register, name="panel-register-confirm"),
    path("panel/members/", oversight.members, name="panel-members"),
    path("panel/members/add/", oversight.add_member, name="panel-member-add"),
    path("panel/members/<str:reference>/", oversight.member, name="panel-member"),
    path(
        "panel/members/<str:reference>/<slug:round_reference>/",
        oversight.service,
        name="panel-service",
    ),
    path("panel/seats/<str:reference>/", queue.seat, name="panel-seat"),
    path("panel/seats/<str:reference>/<slug:verb>/", queue.seat_verb, name="panel-seat-verb"),
    path("panel/assessments/<str:reference>/", queue.assessment, name="panel-assessment"),
    path(
        "panel/assessments/<str:reference>/<slug:verb>/",
        verb_page(Assessment),
        name="panel-assessment-verb",
    ),
    path("panel/meetings/", meetings.meetings, name="panel-meetings"),
    path("panel/meetings/call/", meetings.call_meeting, name="panel-meeting-call"),
    path("panel/meetings/<str:reference>/", meetings.meeting, name="panel-meeting"),
    path("panel/meetings/<str:reference>/screen/", meetings.screen, name="panel-screen"),
    path("panel/meetings/<str:reference>/minutes/", meetings.minutes, name="panel-minutes"),
    path(
        "panel/meetings/<str:reference>/<slug:verb>/",
        one_by_one(verb_page(Meeting, extra=lambda user, found: {"caption": str(found)})),
        name="panel-meeting-verb",
    ),
    path("panel/agenda/<str:reference>/", meetings.agenda_item, name="panel-agenda-item"),
    path(
        "panel/agenda/<str:reference>/<slug:verb>/",
        one_by_one(verb_page(AgendaItem, extra=meetings.about_item)),
        name="panel-agenda-verb",
    ),
    path("panel/pack/", packs.pack, name="panel-pack"),
    path("panel/<str:reference>/", queue.case, name="panel-case"),
    path("panel/<str:reference>/declare/", queue.declare, name="panel-declare"),
    path("panel/<str:reference>/file/", score.case_file, name="panel-file"),
    path("panel/<str:reference>/score/", score.score, name="panel-score"),
    path("panel/<str:reference>/assign/", oversight.assign, name="panel-assign"),
    path("panel/<str:reference>/moderation/", moderation.moderation, name="panel-moderation"),
    path(
        "panel/<str:reference>/moderation/<str:code>/change/",
        moderation.change_score,
        name="panel-change-score",
    ),
    path(
        "panel/<str:reference>/flags/<slug:flag>/",
        moderation.resolve_flag,
        name="panel-resolve-flag",
    ),
    path("panel/<str:reference>/note/", notes.note, name="panel-note"),
    path("panel/<str:reference>/conclude/", moderation.conclude, name="panel-conclude"),
]

from django.urls import path

from accounts.verbs import verb_page

from ..models import SurveyAction, SurveyWave
from ..views import survey as views

urlpatterns = [
    path("survey/", views.enter, name="survey"),
    path("survey/thank-you/", views.thanks, name="survey-thanks"),
    path("survey/<slug:code>/", views.answer, name="survey-answer"),
    path("survey/<slug:code>/easy-read/", views.answer_easy, name="survey-answer-easy"),
    path("you-said-we-did/", views.you_said, name="you-said-we-did"),
    path(
        "you-said-we-did/<str:reference>/<slug:question>.svg",
        views.published_chart,
        name="survey-published-chart",
    ),
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/words/", views.new_wording, name="survey-words"),
    path("surveys/new/", views.new_wave, name="new-survey-wave"),
    path("surveys/<str:reference>/", views.wave, name="survey-wave"),
    path("surveys/<str:reference>/invite/", views.invite, name="survey-invite"),
    path("surveys/<str:reference>/codes/", views.codes, name="survey-codes"),
    path("surveys/<str:reference>/improve/", views.improve, name="survey-improve"),
    path("surveys/<str:reference>/<slug:question>.svg", views.chart, name="survey-chart"),
    path(
        "surveys/<str:reference>/actions/<int:number>/<slug:verb>/",
        verb_page(
            SurveyAction,
            lookup={"reference": "wave__reference", "number": "number"},
            extra=views.action_context,
        ),
        name="survey-action-verb",
    ),
    path(
        "surveys/<str:reference>/<slug:verb>/",
        verb_page(SurveyWave, extra=views.wave_context),
        name="survey-wave-verb",
    ),
]

from django.urls import path

from accounts.verbs import verb_page

from .models import CheckIn, Erasure, FocusPerson, KeptWords
from .views import circles, people, plans, privacy, scenarios, words

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add-person"),
    path("people/words/", words.kept_words, name="kept-words"),
    path(
        "people/words/<str:reference>/<slug:verb>/",
        verb_page(KeptWords, extra=words.crumb),
        name="kept-words-verb",
    ),
    path("people/erasures/", privacy.erasures, name="erasures"),
    path("people/erasures/<str:reference>/", privacy.erasure, name="erasure"),
    path("people/erasures/<str:reference>/<slug:verb>/", verb_page(Erasure), name="erasure-verb"),
    path("people/<str:reference>/", people.person, name="person"),
    path("people/<str:reference>/edit/", people.edit_person, name="edit-person"),
    path("people/<str:reference>/needs/", people.needs, name="person-needs"),
    path("people/<str:reference>/goals/", people.goals, name="person-goals"),
    path("people/<str:reference>/goals/scores/", people.goal_scores, name="goal-scores"),
    path("people/<str:reference>/everything/", privacy.everything, name="person-everything"),
    path("people/<str:reference>/everything.json", privacy.everything_file, name="everything-file"),
    path("people/<str:reference>/purpose/", privacy.purpose, name="reading-purpose"),
    path("people/<str:reference>/readers/", privacy.readers, name="person-readers"),
    path("people/<str:reference>/check-in/", people.check_in, name="check-in"),
    path(
        "people/<str:reference>/check-ins/<int:year>-<int:month>/<slug:verb>/",
        verb_page(
            CheckIn,
            lookup={
                "reference": "person__reference",
                "year": "month__year",
                "month": "month__month",
            },
            extra=people.check_in_crumb,
        ),
        name="check-in-verb",
    ),
    path("people/<str:reference>/consent/", people.consent, name="person-consent"),
    path("people/<str:reference>/circle/", circles.circle, name="person-circle"),
    path("people/<str:reference>/circle/add/", circles.add_members, name="add-circle"),
    path("people/<str:reference>/circle/paste/", circles.paste_members, name="paste-circle"),
    path("people/<str:reference>/circle/<int:number>/", circles.member, name="circle-member"),
    path("people/<str:reference>/circle/<int:number>/leave/", circles.leave, name="leave-circle"),
    path(
        "people/<str:reference>/circle/<int:number>/replace/",
        circles.replace,
        name="replace-member",
    ),
    path("people/<str:reference>/plans/new/", plans.new_plan, name="new-plan"),
    path("people/<str:reference>/plans/<int:version>/", plans.plan, name="person-plan"),
    path("people/<str:reference>/plans/<int:version>/edit/", plans.edit_plan, name="edit-plan"),
    path(
        "people/<str:reference>/plans/<int:version>/lines.csv",
        plans.lines_out,
        name="plan-lines-out",
    ),
    path("people/<str:reference>/plans/<int:version>/lines/", plans.lines_in, name="plan-lines-in"),
    path(
        "people/<str:reference>/plans/<int:version>/<slug:verb>/", plans.plan_verb, name="plan-verb"
    ),
    path("people/<str:reference>/scenarios/", scenarios.scenarios, name="scenarios"),
    path("people/<str:reference>/scenarios/add/", scenarios.add_scenario, name="add-scenario"),
    path("people/<str:reference>/scenarios/<int:number>/", scenarios.scenario, name="scenario"),
    path(
        "people/<str:reference>/scenarios/<int:number>/remove/",
        scenarios.remove_scenario,
        name="remove-scenario",
    ),
    path("unit-costs/", scenarios.unit_costs, name="unit-costs"),
    path("unit-costs/<slug:key>/", scenarios.unit_cost, name="unit-cost"),
    path("people/<str:reference>/compare/", plans.compare, name="compare-plans"),
    path(
        "people/<str:reference>/<slug:verb>/",
        verb_page(FocusPerson, extra=people.crumb),
        name="person-verb",
    ),
]
